"""Named situations with demo people in them, for a laptop. Built by the product's own verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from sqlmodel import Session

from saas_app.accounts import email_address, people, signup
from saas_app.accounts.models import User
from saas_app.audit.trail import NOWHERE
from saas_app.billing import checkout, offer
from saas_app.billing.models import Subscription
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.settings import settings
from saas_app.entitlements import access, summary, sync
from saas_app.market import permitted, watchlist
from saas_app.onboarding import registration, wizard
from saas_app.plans.access import Access
from saas_app.plans.catalogue import Checkout
from saas_app.plans.features import Feature
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace

PASSWORD = "tide-demo-harbour-42"  # noqa: S105 — printed at every start; demo people exist in the sandbox only
_CARD = "4242424242424242"
# The favourites first; a product sees those of them that its smallest plan shows.
_FIRST_WATCHED = (("EURUSD", "H1"), ("XAUUSD", "H4"), ("BTCUSD", "D1"), ("ETHUSD", "H1"))
_WATCHED_AT_FIRST = 3


class NotInSandbox(Exception):
    """Demo people with a printed password must never exist where real people are."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`set_up` does what is still missing and says whether that was anything."""

    email: str
    name: str
    about: str
    set_up: Callable[[User, Workspace], bool]

    def play(self) -> list[str]:
        """What was done, a line each. A scene that was interrupted is finished the next time."""
        if not settings().sandboxed:
            raise NotInSandbox(
                "Scenes need the sandbox: unset STRIPE_SECRET_KEY and ENV. Nothing was changed."
            )
        known = _known(self.email)
        changed = self.set_up(*(known or _joined(self.email, self.name)))
        if known and not changed:
            return [f"{self.email} is there already; nothing was changed."]
        return [f"{self.email}: {self.about}"]


def _known(email: str) -> tuple[User, Workspace] | None:
    with snapshot() as session:
        user = people.by_address(session, email_address.parse(email))
        return (user, memberships.personal_of(session, people.ident(user))) if user else None


def _joined(email: str, name: str) -> tuple[User, Workspace]:
    application = signup.apply(email, PASSWORD, name)
    with transaction() as session:
        user = registration.register(session, application, NOWHERE)
        if user is None:
            raise ValueError(f"{email} joined a moment ago")
        user.email_verified_at = clock.now()
        session.add(user)
        return user, memberships.personal_of(session, people.ident(user))


def _as_newcomer(_user: User, _workspace: Workspace) -> bool:
    """Straight from the confirmation letter: the wizard comes first."""
    return False


def _as_staff(user: User, workspace: Workspace) -> bool:
    with transaction() as session:
        stored = people.by_id(session, people.ident(user))
        stored.is_staff = True
        session.add(stored)
        return _settled_in(session, user, workspace)


def _as_trial_ending(user: User, workspace: Workspace) -> bool:
    with transaction() as session:
        changed = _settled_in(session, user, workspace)
        bought = summary.of(session, memberships.ident(workspace), clock.now()).id
    if bought is not None:
        return changed
    subscription = sync.workspace(memberships.ident(workspace)).current or _bought(user, workspace)
    if subscription is not None:
        ends_at = int((clock.now() + timedelta(days=2)).timestamp())
        _post(f"/v1/subscriptions/{subscription.stripe_id}", data={"trial_end": ends_at})
        sync.workspace(memberships.ident(workspace))
    return True


def _bought(user: User, workspace: Workspace) -> Subscription | None:
    plan = next(plan for plan in offer.catalogue().for_sale if plan.checkout is Checkout.SELF)
    started = checkout.start(workspace, user, plan=plan.id, interval="month")
    _post(f"/_sandbox/checkout/{started.session_id}/complete", json={"card": _CARD})
    return checkout.finish(started.session_id, workspace).written.current


def _settled_in(session: Session, user: User, workspace: Workspace) -> bool:
    """Through the wizard and with a first watchlist; False for whoever had been through."""
    user_id, workspace_id = people.ident(user), memberships.ident(workspace)
    if wizard.finished(session, user_id):
        return False
    wizard.answer(session, user_id, "markets", ["forex", "metals"])
    wizard.answer(session, user_id, "alert_types", ["level_touch"])
    wizard.answer(session, user_id, "experience", ["some"])
    wizard.finish(session, user_id)
    for symbol, timeframe in _shown(access.of(session, workspace_id, clock.now())):
        watchlist.add(session, workspace_id, user_id, symbol, timeframe)
    return True


def _shown(standing: Access) -> list[tuple[str, str]]:
    """What this plan lets one watch; nothing in a product without watchlists."""
    if not standing.catalogue.offers(Feature.WATCHLIST_ITEMS):
        return []
    mine = [pair for pair in _FIRST_WATCHED if permitted.why_not(standing, *pair) is None]
    return mine[:_WATCHED_AT_FIRST]


def _post(path: str, **body: Any) -> None:
    headers = {"Authorization": f"Bearer {settings().stripe_key}"}
    httpx.post(
        f"{settings().sandbox_origin}{path}", headers=headers, timeout=20, **body
    ).raise_for_status()


SCENES: dict[str, Scene] = {
    "fresh": Scene(
        "fresh@tidemark.example",
        "Fran Fresh",
        "has just confirmed the address; the wizard comes first",
        _as_newcomer,
    ),
    "trial-ending": Scene(
        "trial@tidemark.example", "Tess Trial", "a trial that ends in two days", _as_trial_ending
    ),
    "staff": Scene("staff@tidemark.example", "Sam Staff", "runs the business", _as_staff),
}
