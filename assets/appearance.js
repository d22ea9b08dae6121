// Runs before the first paint: what the reader chose comes as a cookie with the page itself.
(() => {
  const found = /(?:^|; )appearance=(dark|light|system)\.(comfortable|compact)/.exec(document.cookie);
  if (!found) return;
  try {
    localStorage.setItem("theme", found[1]);
  } catch {
    // a browser that keeps nothing shows the default theme
  }
  document.documentElement.dataset.density = found[2];
})();
