"""Cards, billing details and tax numbers: shown, changed, and true while the page is open."""

import asyncio
import dataclasses

import reflex as rx
from sqlmodel import Session as DbSession

from saas_app.accounts.sessions import SignedIn
from saas_app.billing import cards, debts, noticed, seeing
from saas_app.billing import payer as details
from saas_app.billing.lifecycle import Seen
from saas_app.billing.models import Customer, Subscription
from saas_app.billing.wallet import PayerFacts
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.core.errors import Invalid
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.pages.billing.money import rows
from saas_app.ui.pages.billing.money.rows import CardRow, TaxIdRow, Trouble
from saas_app.ui.pages.billing.payer import payer
from saas_app.ui.state import following
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching
from saas_app.ui.state.session import Session
from saas_app.workspaces import memberships, roles
from saas_app.workspaces.roles import Permission

FIELDS = tuple(field.name for field in dataclasses.fields(PayerFacts))
_NO_PROBLEMS = {**dict.fromkeys(FIELDS, ""), "value": ""}
_NOTHING = dict.fromkeys(FIELDS, "")


class Money(rx.State):
    trouble: Trouble = Trouble()
    cards: list[CardRow] = []
    details: dict[str, str] = _NOTHING
    tax_ids: list[TaxIdRow] = []
    problems: dict[str, str] = _NO_PROBLEMS
    editing: bool = False
    may_see: bool = False
    may_manage: bool = False
    ready: bool = False

    _opening: str = ""

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec:
        self._opening = following.opening()
        self.editing, self.problems = False, _NO_PROBLEMS
        await self._look_again(who)
        return Money.watch  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def watch(self) -> None:
        await following.follow(self)

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def choose(self, who: SignedIn, card_id: int) -> None:
        await asyncio.to_thread(lambda: cards.make_default(*payer(who), card_id))
        await self._done(who, "money.chosen")

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def remove(self, who: SignedIn, card_id: int) -> None:
        await asyncio.to_thread(lambda: cards.remove(*payer(who), card_id))
        await self._done(who, "money.removed")

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def edit(self, who: SignedIn) -> None:  # noqa: ARG002 — asking for the person is the guard
        self.editing, self.problems = True, _NO_PROBLEMS

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def leave(self, who: SignedIn) -> None:
        self.editing, self.problems = False, _NO_PROBLEMS
        await self._look_again(who)

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def save(self, who: SignedIn, form: dict[str, str]) -> None:
        """What is refused stays in its field, with the reason beside it."""
        typed = {name: form.get(name, "") for name in FIELDS}
        self.details = typed
        try:
            await asyncio.to_thread(lambda: details.change(*payer(who), PayerFacts(**typed)))
        except Invalid as wrong:
            self.problems = {**_NO_PROBLEMS, **wrong.fields}
            return
        self.editing, self.problems = False, _NO_PROBLEMS
        await self._done(who, "money.saved")

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def add_tax_id(self, who: SignedIn, form: dict[str, str]) -> None:
        kind, value = form.get("kind", ""), form.get("value", "")
        try:
            await asyncio.to_thread(
                lambda: details.add_tax_id(*payer(who), kind=kind, value=value[:64])
            )
        except Invalid as wrong:
            self.problems = {**_NO_PROBLEMS, "value": wrong.fields.get("value", wrong.message)}
            return
        self.problems = _NO_PROBLEMS
        await self._done(who, "money.tax_added")

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def remove_tax_id(self, who: SignedIn, tax_id: int) -> None:
        await asyncio.to_thread(lambda: details.remove_tax_id(*payer(who), tax_id))
        await self._done(who, "money.tax_removed")

    async def _done(self, who: SignedIn, words: str) -> None:
        await self._look_again(who)
        (await self.get_state(Session))._say(text(words))

    async def _look_again(self, who: SignedIn) -> None:
        found = await asyncio.to_thread(_read, who)
        if self.editing:
            found.pop("details", None)  # what is being typed is not overwritten by news
        put(self, **found, ready=True)

    def _forget(self) -> None:
        put(
            self,
            trouble=Trouble(),
            cards=[],
            details=_NOTHING,
            tax_ids=[],
            editing=False,
            may_see=False,
            may_manage=False,
            ready=False,
        )


def _read(who: SignedIn) -> dict[str, object]:
    with snapshot() as session:
        role = memberships.role_of(session, who.workspace_id, who.user_id)
        if role is None or not roles.may(role, Permission.VIEW_BILLING):
            return {"may_see": False, "may_manage": False}
        return {
            "trouble": rows.trouble(
                _seen(session, who.workspace_id),
                noticed.default_card(session, who.workspace_id),
                add_card=routes.ADD_CARD,
                now=clock.now(),
                zone=who.time_zone,
            ),
            "cards": [rows.card_row(row) for row in cards.of(session, who.workspace_id)],
            "details": dataclasses.asdict(details.of(session, who.workspace_id)),
            "tax_ids": [rows.tax_id_row(r) for r in details.tax_ids(session, who.workspace_id)],
            "may_see": True,
            "may_manage": roles.may(role, Permission.MANAGE_BILLING),
        }


def _seen(session: DbSession, workspace_id: int) -> Seen | None:
    customer = session.get(Customer, workspace_id)
    row = session.get(Subscription, customer.subscription_id or 0) if customer else None
    return seeing.of(row, debts.of(session, workspace_id).get(row.stripe_id)) if row else None
