// A native popover: Escape and a press outside close it and give the focus back. A link inside
// does not leave the site, so it closes it, too: before it is followed, while both are still there.
export function Popover({ children, ...rest }) {
  const leave = (event) => event.target.closest("a") && event.currentTarget.hidePopover();
  return (
    <div popover="auto" onClickCapture={leave} {...rest}>
      {children}
    </div>
  );
}
