// Keeps the control room current: fetches the page again and swaps what changed.
// Without JavaScript everything works; one reloads by hand.
(() => {
  const live = document.getElementById("live");
  if (!live) return;
  const busy = () =>
    document.hidden ||
    live.querySelector("details[open], :focus:not(body)") !== null ||
    String(getSelection()) !== "";
  const refresh = async () => {
    if (busy()) return;
    const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
    if (!answer.ok || busy()) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["live", "clock-now"]) {
      const old = document.getElementById(id);
      const now = fresh.getElementById(id);
      if (old && now && old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML;
    }
  };
  setInterval(() => refresh().catch(() => {}), 2000);
})();
