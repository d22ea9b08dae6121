"""How each way to prove who one is looks to a page: its words, and what to do first."""

from pydantic import BaseModel

from saas_app.core.texts import has, text


class ShownWay(BaseModel):
    """`send` is the label of a button that must be pressed first; empty where there is nothing to send.

    `kind` is code, password or passkey: what the page asks for.
    """

    way: str
    kind: str
    name: str
    lead: str
    label: str = ""
    button: str
    send: str = ""


def shown(way: str, **facts: str) -> ShownWay:
    kinds = {"passkey": "passkey", "password": "password"}
    return ShownWay(
        way=way,
        kind=kinds.get(way, "code"),
        name=text(f"proof.{way}.name"),
        lead=text(f"proof.{way}.lead", **facts),
        label=_if_any(f"proof.{way}.label"),
        button=text(f"proof.{way}.button"),
        send=_if_any(f"proof.{way}.send"),
    )


def _if_any(key: str) -> str:
    return text(key) if has(key) else ""
