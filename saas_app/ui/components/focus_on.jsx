import { useEffect, useRef } from "react";

// Moves the focus to an element of the page whenever `when` changes: a keyboard then goes on at
// the new question, and a screen reader reads it. The first drawing of a page keeps its focus.
export function FocusOn({ target, when }) {
  const drawn = useRef(when);
  useEffect(() => {
    if (drawn.current === when) return;
    drawn.current = when;
    document.getElementById(target)?.focus();
  }, [target, when]);
  return null;
}
