"""Gathers what a person has done so far, for the checklist to judge."""

from sqlmodel import Session

from saas_app.accounts import people, picture
from saas_app.accounts.second_factor.ways import ways
from saas_app.core import clock
from saas_app.entitlements import access
from saas_app.market import watchlist
from saas_app.onboarding import progress, tutorial, wizard
from saas_app.onboarding.checklist import Facts
from saas_app.plans.features import Feature


def facts(session: Session, workspace_id: int, user_id: int) -> Facts:
    standing = access.of(session, workspace_id, clock.now())
    user, sheet = people.by_id(session, user_id), wizard.answers(session, user_id)
    return Facts(
        experience=sheet.experience,
        answered=sheet.finished_at is not None,
        watches=watchlist.count(session, workspace_id) > 0,
        toured=progress.done(progress.of(session, user_id, progress.TOUR)),
        practised=progress.done(progress.of(session, user_id, progress.TUTORIAL)),
        protected=bool(ways(session, user)),
        named=bool(user.name),
        pictured=picture.of(session, user_id) is not None,
        has_watchlist=standing.catalogue.offers(Feature.WATCHLIST_ITEMS),
        has_tutorial=tutorial.open_to(standing),
    )


def put_away(session: Session, user_id: int) -> bool:
    """Whether this person dismissed the list."""
    kept = progress.of(session, user_id, progress.CHECKLIST)
    return kept is not None and kept.dismissed_at is not None
