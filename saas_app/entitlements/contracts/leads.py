"""Somebody asks about a plan by contract: kept as a row, staff are told, nobody is written to."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from saas_app.accounts import email_address
from saas_app.billing import offer
from saas_app.core import clock, rate_limit
from saas_app.core.errors import Invalid
from saas_app.core.texts import text
from saas_app.entitlements import staff_notice
from saas_app.entitlements.contracts.models import Lead
from saas_app.plans.catalogue import Checkout

MOST_SEATS = 100_000
LONGEST_NAME, LONGEST_MESSAGE = 120, 4000
_HOUR, _DAY = 3600, 86_400


@dataclass(frozen=True, slots=True)
class Asked:
    plan: str
    email: str
    name: str
    company: str
    seats: int
    message: str


def checked(asked: Asked) -> Asked:
    """As it is kept. Raises Invalid with every problem at once, each under its field."""
    problems: dict[str, str] = {}
    email = asked.email
    try:
        email = email_address.parse(asked.email).written
    except Invalid as wrong:
        problems.update(wrong.fields)
    plan = offer.catalogue().find(asked.plan)
    if plan is None or plan.checkout is not Checkout.CONTACT:
        problems["plan"] = text("lead.no_plan")
    kept = {name: _clean(getattr(asked, name)) for name in ("name", "company", "message")}
    for name in ("name", "company"):
        if not 1 <= len(kept[name]) <= LONGEST_NAME:
            problems[name] = text("lead.length", longest=LONGEST_NAME)
    if len(kept["message"]) > LONGEST_MESSAGE:
        problems["message"] = text("lead.length", longest=LONGEST_MESSAGE)
    if not 1 <= asked.seats <= MOST_SEATS:
        problems["seats"] = text("lead.seats", most=f"{MOST_SEATS:,}")
    if problems:
        raise Invalid(text("lead.refused"), fields=problems)
    return Asked(asked.plan, email, kept["name"], kept["company"], asked.seats, kept["message"])


def count(place: str) -> None:
    """One try from this place. Raises TooMany."""
    rate_limit.hit("lead", place, limit=20, seconds=_HOUR)


def count_kept(asked: Asked) -> None:
    """One question by this address, and one of all there are. Raises TooMany."""
    rate_limit.hit("lead.person", email_address.parse(asked.email).key, limit=5, seconds=_DAY)
    rate_limit.hit("lead.all", "", limit=200, seconds=_HOUR)


def keep(session: Session, asked: Asked, *, user_id: int | None, workspace_id: int | None) -> int:
    """The lead's number. Staff are told in the app; the message itself is read from the row."""
    row = Lead(
        user_id=user_id,
        workspace_id=workspace_id,
        plan=asked.plan,
        email=asked.email,
        name=asked.name,
        company=asked.company,
        seats=asked.seats,
        message=asked.message,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    number = row.id or 0
    about = f"#{number}: {asked.company}, {asked.seats} seats, {asked.plan}"
    staff_notice.alert(session, workspace_id, "billing.lead", about)
    return number


def waiting(session: Session) -> list[Lead]:
    """Oldest first."""
    open_ = select(Lead).where(col(Lead.handled_at).is_(None))
    return list(session.exec(open_.order_by(col(Lead.id))))


def _clean(written: str) -> str:
    return "".join(c for c in written if c == "\n" or c.isprintable()).strip()
