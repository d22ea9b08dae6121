"""What was offered to this workspace, or agreed with it."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core import dates
from saas_app.core.db import snapshot
from saas_app.core.money import written
from saas_app.core.texts import has, text
from saas_app.entitlements.contracts import offers
from saas_app.entitlements.contracts.models import Contract as Row
from saas_app.entitlements.contracts.models import ContractStatus
from saas_app.ui.state.guard import guarded
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission, Role


@dataclass(frozen=True, slots=True)
class Term:
    label: str
    value: str


class Contract(rx.State):
    ready: bool = False
    there: bool = False
    open: bool = False
    mine: bool = False
    title: str = ""
    accept_at: str = ""
    terms: list[Term] = []

    @rx.event
    @guarded(Permission.VIEW_BILLING)
    async def load(self, who: SignedIn) -> None:
        row, self.mine = await asyncio.to_thread(_read, who)
        self.there = row is not None
        if row is not None:
            self.open = row.status == ContractStatus.OFFERED
            self.title = text(
                "contract.offer" if self.open else "contract.runs", plan=row.plan.title()
            )
            self.accept_at = f"/api/contracts/{row.key}/accept"
            self.terms = _terms(row, who.time_zone)
        self.ready = True


def _read(who: SignedIn) -> tuple[Row | None, bool]:
    with snapshot() as session:
        role = memberships.role_of(session, who.workspace_id, who.user_id)
        return offers.standing(session, who.workspace_id), role is Role.OWNER


def _terms(row: Row, zone: str) -> list[Term]:
    amount = written(row.amount_cents, row.currency)
    lines = [
        Term(text("contract.term.price"), text(f"contract.per.{row.interval}", amount=amount)),
        Term(text("contract.term.seats"), f"{row.seats:,}"),
        Term(text("contract.term.months"), text("contract.months", months=row.term_months)),
        Term(text("contract.term.due"), text("contract.due", days=row.days_until_due)),
    ]
    lines += [
        Term(_feature(name), ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in row.limits.items()
        if name != "seats"
    ]
    if row.status == ContractStatus.OFFERED:
        lines.append(Term(text("contract.term.until"), dates.day(row.offered_until_at, zone)))
    else:
        lines.append(Term(text("contract.term.since"), dates.day(row.accepted_at, zone)))
    return lines


def _feature(name: str) -> str:
    return text(f"feature.{name}") if has(f"feature.{name}") else name
