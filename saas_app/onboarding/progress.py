"""How far a person came in something guided: begun, reached, finished or put away."""

from sqlmodel import Session

from saas_app.core import clock, upsert
from saas_app.onboarding.models import TourProgress

TOUR = "tour"
TUTORIAL = "tutorial"
# The list of first steps has no steps of its own: it can only be put away.
CHECKLIST = "checklist"


def of(session: Session, user_id: int, what: str) -> TourProgress | None:
    return session.get(TourProgress, (user_id, what))


def running(kept: TourProgress | None) -> bool:
    """Begun, and neither finished nor put away."""
    return kept is not None and kept.finished_at is None and kept.dismissed_at is None


def done(kept: TourProgress | None) -> bool:
    return kept is not None and kept.finished_at is not None


def reach(session: Session, user_id: int, what: str, step: str) -> TourProgress:
    """Be at this step; whatever was put away or finished goes on from here."""
    kept = _mine(session, user_id, what)
    kept.step, kept.finished_at, kept.dismissed_at = step, None, None
    return _keep(session, kept)


def finish(session: Session, user_id: int, what: str) -> TourProgress:
    kept = _mine(session, user_id, what)
    kept.finished_at = kept.finished_at or clock.now()
    return _keep(session, kept)


def dismiss(session: Session, user_id: int, what: str) -> TourProgress:
    """Put away; the place is kept."""
    kept = _mine(session, user_id, what)
    kept.dismissed_at = kept.dismissed_at or clock.now()
    return _keep(session, kept)


def recall(session: Session, user_id: int, what: str) -> TourProgress:
    """Undo `dismiss`."""
    kept = _mine(session, user_id, what)
    kept.dismissed_at = None
    return _keep(session, kept)


def _mine(session: Session, user_id: int, what: str) -> TourProgress:
    """The person's own row, begun where there is none, held until the transaction ends."""
    at = clock.now()
    blank = {"user_id": user_id, "tour": what, "step": "", "started_at": at, "updated_at": at}
    upsert.added(session, TourProgress, blank)
    return session.get_one(
        TourProgress, (user_id, what), populate_existing=True, with_for_update=True
    )


def _keep(session: Session, kept: TourProgress) -> TourProgress:
    kept.updated_at = clock.now()
    session.add(kept)
    session.flush()
    return kept
