import { useRef } from "react";

// A native popover: Escape and a press outside close it and give the focus back. A link inside
// stays on this page's tree, so it has to close it, too.
export function Popover({ children, ...rest }) {
  const shown = useRef(null);
  const leave = (event) => event.target.closest("a") && shown.current.hidePopover();
  return (
    <div ref={shown} popover="auto" onClick={leave} {...rest}>
      {children}
    </div>
  );
}
