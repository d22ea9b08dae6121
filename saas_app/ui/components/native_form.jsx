import { useEffect, useRef } from "react";

// A form that the browser itself sends, because its answer is a redirect to another site. Takes
// hidden values from the page's address (data-from-query) and from a box elsewhere (data-from-box).
export function NativeForm({ action, method, children, ...rest }) {
  const form = useRef(null);

  useEffect(() => {
    const query = new URLSearchParams(window.location.search);
    for (const field of form.current.querySelectorAll("input[data-from-query]")) {
      field.value = query.get(field.name) ?? "";
    }
  }, []);

  const carry = () => {
    for (const field of form.current.querySelectorAll("input[data-from-box]")) {
      field.value = document.getElementById(field.dataset.fromBox)?.checked ? "true" : "false";
    }
  };

  return (
    <form ref={form} action={action} method={method} onSubmit={carry} {...rest}>
      {children}
    </form>
  );
}
