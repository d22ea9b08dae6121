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


class Strength(rx.Component):
    """What the password in `field` of the same form would be worth, while it is typed."""

    library = f"$/public{rx.asset('strength.jsx', shared=True)}"
    tag = "Strength"
    field: rx.Var[str]
    words: rx.Var[str]
    scale: rx.Var[list[str]]


class PictureField(rx.Component):
    """One's picture: shown, replaced, removed."""

    library = f"$/public{rx.asset('picture.jsx', shared=True)}"
    tag = "PictureField"
    shown: rx.Var[str]
    initials: rx.Var[str]
    words: rx.Var[dict[str, str]]


class Density(rx.Component):
    """Shows a chosen density at once."""

    library = f"$/public{rx.asset('density.jsx', shared=True)}"
    tag = "Density"
    density: rx.Var[str]


class NativeForm(rx.Component):
    """A form that the browser sends by itself: the answer is a redirect to another site."""

    library = f"$/public{rx.asset('native_form.jsx', shared=True)}"
    tag = "NativeForm"
    action: rx.Var[str]
    method: rx.Var[str]


class Popover(rx.Component):
    """A panel that a button with `popoverTarget` opens; following a link in it closes it."""

    library = f"$/public{rx.asset('popover.jsx', shared=True)}"
    tag = "Popover"


class FocusOn(rx.Component):
    """Takes the focus to an element whenever what it stands for has changed."""

    library = f"$/public{rx.asset('focus_on.jsx', shared=True)}"
    tag = "FocusOn"
    target: rx.Var[str]
    when: rx.Var[str]
