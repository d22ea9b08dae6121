// Runs first on every page: the one-time token of a mailed link leaves the address at once, so that
// neither history, nor a Referer, nor the page's own state ever holds it. Kept for this tab alone.
(() => {
  const here = new URL(location.href);
  const token = here.searchParams.get("token");
  if (!token) return;
  try {
    sessionStorage.setItem(`token:${here.pathname}`, token);
  } catch {
    return; // a browser that keeps nothing: the form still reads the address
  }
  here.searchParams.delete("token");
  history.replaceState(history.state, "", here);
})();
