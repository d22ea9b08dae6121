"""Pieces of JavaScript that hold secrets for a moment: they come and go by plain HTTP, never by state."""

import reflex as rx

from saas_app.core.texts import text, under

# Imported by the pieces below; naming them here is what puts them beside those in the build.
_PARTS = tuple(
    rx.asset(name, shared=True)
    for name in ("ask.js", "webauthn.js", "ways.jsx", "step_up.jsx", "shown_once.jsx")
)


class _Piece(rx.Component):
    words: rx.Var[dict[str, str]]


class PostForm(_Piece):
    """A form that talks plain HTTP to one of our endpoints."""

    library = f"$/public{rx.asset('post_form.jsx', shared=True)}"
    tag = "PostForm"
    action: rx.Var[str]
    verb: rx.Var[str]
    code_pages: rx.Var[dict[str, str]]
    code_links: rx.Var[dict[str, dict[str, str]]]
    after_text: rx.Var[str]
    after_href: rx.Var[str]


class SecondStep(_Piece):
    """The second step of a log-in, with every way that is due."""

    library = f"$/public{rx.asset('second_step.jsx', shared=True)}"
    tag = "SecondStep"


class PasskeyLogin(_Piece):
    """Logs in with a passkey alone. Absent in browsers that know none."""

    library = f"$/public{rx.asset('passkey_login.jsx', shared=True)}"
    tag = "PasskeyLogin"


class PasskeyAdd(_Piece):
    library = f"$/public{rx.asset('passkey_add.jsx', shared=True)}"
    tag = "PasskeyAdd"


class AuthenticatorSetup(_Piece):
    """Shows the picture and the key of a new authenticator app, and takes its first code."""

    library = f"$/public{rx.asset('authenticator_setup.jsx', shared=True)}"
    tag = "AuthenticatorSetup"
    label: rx.Var[str]
    tone: rx.Var[str]


class NewCodes(_Piece):
    """Makes ten new recovery codes and shows them once."""

    library = f"$/public{rx.asset('recovery_codes.jsx', shared=True)}"
    tag = "NewCodes"


class NumberSetup(_Piece):
    library = f"$/public{rx.asset('number_setup.jsx', shared=True)}"
    tag = "NumberSetup"
    label: rx.Var[str]


class NewKey(_Piece):
    """Makes an API key and shows it once. `scopes` and `days` are what is offered, with its words."""

    library = f"$/public{rx.asset('api_keys.jsx', shared=True)}"
    tag = "NewKey"
    scopes: rx.Var[list[list[str]]]
    days: rx.Var[list[list[str]]]


class RotateKey(_Piece):
    """Gives an API key another secret and shows it once."""

    library = f"$/public{rx.asset('api_keys.jsx', shared=True)}"
    tag = "RotateKey"
    path: rx.Var[str]
    hours: rx.Var[list[list[str]]]


def words() -> dict[str, str]:
    """What all of them say."""
    return {"unreachable": text("error.unreachable"), **under("proving")}
