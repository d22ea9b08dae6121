"""Which things stay awake on a smaller plan: shown beside its rehearsal, kept the moment it is turned."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid
from saas_app.core.texts import text
from saas_app.entitlements import access, keeping
from saas_app.plans.features import FEATURES, Feature
from saas_app.ui.layouts.settings import card
from saas_app.ui.state.guard import guarded
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission, may


@dataclass(frozen=True, slots=True)
class Choice:
    feature: str
    id: int
    name: str
    kept: bool


# Who keeps a seat is who stays: an admin who chose that could be rid of the other admins.
_WHOSE = {Feature.SEATS: Permission.HAND_OVER}


class Keeper(rx.State):
    choices: list[Choice] = []

    # The price it is about; empty is the plan that costs nothing.
    _price: str = ""
    _seats: int = 1

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def toggle(self, who: SignedIn, feature: str, thing: int) -> None:
        """Keep one, or let it rest. Kept at once, honoured when the smaller plan begins."""
        await asyncio.to_thread(_toggle, who, feature, thing, self._price, self._seats)
        self.choices = await asyncio.to_thread(_read, who, self._price, self._seats)

    async def _open(self, who: SignedIn, price: str | None, seats: int = 1) -> None:
        self._price, self._seats = price or "", seats
        self.choices = await asyncio.to_thread(_read, who, self._price, self._seats)


def keeper() -> rx.Component:
    return rx.cond(
        Keeper.choices,
        card(
            text("change_page.keep"),
            text("change_page.keep_text"),
            rx.el.div(rx.foreach(Keeper.choices, _choice), class_name="choices"),
        ),
    )


def _choice(choice: Choice) -> rx.Component:
    return rx.el.button(
        rx.el.span(rx.icon("check", size=14), class_name="choice__mark"),
        rx.el.span(choice.name, class_name="choice__title"),
        on_click=Keeper.toggle(choice.feature, choice.id),
        type="button",
        role="checkbox",
        class_name="choice",
        custom_attrs={"aria-checked": rx.cond(choice.kept, "true", "false")},
    )


def _read(who: SignedIn, price: str, seats: int) -> list[Choice]:
    """Nothing where everything fits: then there is nothing to choose."""
    with snapshot() as session:
        role = memberships.role_of(session, who.workspace_id, who.user_id)
        then = access.if_bought(
            session, who.workspace_id, clock.now(), price=price or None, seats=seats
        )
        found: list[Choice] = []
        for feature in then.catalogue.downgrade:
            if role is None or not may(role, _needed(feature)):
                continue
            things = keeping.things(session, who.workspace_id, feature)
            kept = keeping.chosen(session, who.workspace_id, feature)
            rest = keeping.resting(then, feature, [each.id for each in things], kept)
            if rest:
                found += [
                    Choice(feature.value, each.id, each.name, each.id not in rest)
                    for each in things
                ]
        return found


def _needed(feature: Feature) -> Permission:
    return _WHOSE.get(feature, Permission.MANAGE_BILLING)


def _toggle(who: SignedIn, feature: str, thing: int, price: str, seats: int) -> None:
    if feature not in FEATURES:
        raise Invalid(text("error.bad_input"))
    with transaction() as session:
        memberships.require(session, who.workspace_id, who.user_id, _needed(FEATURES[feature]))
        then = access.if_bought(
            session, who.workspace_id, clock.now(), price=price or None, seats=seats
        )
        keeping.toggle(
            session, who.workspace_id, FEATURES[feature], thing, then=then, by=who.user_id
        )
