import { useEffect } from "react";
import { useNavigate } from "react-router";

const TYPING = "input, select, textarea, [contenteditable]";

// Single keys lead to addresses of ours: {"1": "/charts/EURUSD?tf=M5"}, or press what stands on the
// page: {"l": "#list"}. Silent while somebody types or holds a modifier.
export function Shortcuts({ keys }) {
  const navigate = useNavigate();
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target.closest?.(TYPING)) return;
      const to = keys?.[event.key];
      if (!to) return;
      event.preventDefault();
      if (to.startsWith("#")) document.querySelector(to)?.click();
      else navigate(to);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [keys, navigate]);
  return null;
}
