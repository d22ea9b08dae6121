"""The small pieces of JavaScript that pages need, as components."""

import reflex as rx


class Leave(rx.Component):
    """Carries out a full-page navigation asked for by state."""

    library = f"$/public{rx.asset('leave.jsx', shared=True)}"
    tag = "Leave"
    departure: rx.Var[dict[str, str]]


class Notice(rx.Component):
    """Shows a toast asked for by state."""

    library = f"$/public{rx.asset('notice.jsx', shared=True)}"
    tag = "Notice"
    notice: rx.Var[dict[str, str]]


class PostForm(rx.Component):
    """A form that talks plain HTTP to one of our endpoints."""

    library = f"$/public{rx.asset('post_form.jsx', shared=True)}"
    tag = "PostForm"
    action: rx.Var[str]
    unreachable: rx.Var[str]
    code_links: rx.Var[dict[str, dict[str, str]]]
    after_text: rx.Var[str]
    after_href: rx.Var[str]


class Popover(rx.Component):
    """A panel that a button with `popoverTarget` opens; following a link in it closes it."""

    library = f"$/public{rx.asset('popover.jsx', shared=True)}"
    tag = "Popover"
