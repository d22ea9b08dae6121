import { useEffect } from "react";

// A full-page navigation asked for by state: {id, to}. `to` is a path of ours. The id is
// remembered per tab: state survives Back and reload and would otherwise navigate again.
export function Leave({ departure }) {
  useEffect(() => {
    if (!departure?.to || sessionStorage.getItem("left") === departure.id) return;
    const url = new URL(departure.to, window.location.origin);
    if (url.origin !== window.location.origin) return;
    sessionStorage.setItem("left", departure.id);
    window.location.assign(url.href);
  }, [departure?.id]);
  return null;
}
