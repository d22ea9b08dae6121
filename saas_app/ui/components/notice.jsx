import { useEffect } from "react";
import { toast } from "sonner";

const SHOW = { good: toast.success, info: toast.info, bad: toast.error };

// Shows each notice of state once: {id, level, text, href, label}. Yielded toasts would need
// eval, which the content security policy forbids.
export function Notice({ notice }) {
  useEffect(() => {
    const seen = sessionStorage.getItem("noticed");
    if (!notice?.id || seen === notice.id) return;
    sessionStorage.setItem("noticed", notice.id);
    const action = notice.href
      ? { label: notice.label, onClick: () => window.location.assign(notice.href) }
      : undefined;
    SHOW[notice.level](notice.text, { action, duration: notice.level === "good" ? 4000 : 8000 });
  }, [notice?.id]);
  return null;
}
