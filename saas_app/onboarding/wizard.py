"""The wizard's answers: which there are, how they are kept, and whether a person is through."""

from dataclasses import dataclass

from sqlmodel import Session

from saas_app.core import clock, upsert
from saas_app.core.errors import Invalid
from saas_app.onboarding.models import Preferences


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the wizard; the words of each choice stand under `onboarding.<id>.<choice>`."""

    id: str
    choices: tuple[str, ...]
    several: bool


QUESTIONS: tuple[Question, ...] = (
    Question("markets", ("forex", "metals", "indices", "crypto"), several=True),
    Question(
        "alert_types", ("level_touch", "level_break", "price_cross", "volume_spike"), several=True
    ),
    Question("experience", ("new", "some", "daily"), several=False),
)
_BY_ID = {question.id: question for question in QUESTIONS}


def answers(session: Session, user_id: int) -> Preferences:
    """What the person answered so far; a fresh, unsaved sheet for a newcomer."""
    return session.get(Preferences, user_id) or Preferences(user_id=user_id, updated_at=clock.now())


def finished(session: Session, user_id: int) -> bool:
    kept = session.get(Preferences, user_id)
    return kept is not None and kept.finished_at is not None


def answer(session: Session, user_id: int, question_id: str, chosen: list[str]) -> Preferences:
    """Keep one answer and move on to the next question. Raises Invalid for a choice not on offer."""
    question = _BY_ID.get(question_id)
    unknown = question is None or not set(chosen) <= set(question.choices)
    if question is None or unknown or (not question.several and len(chosen) > 1):
        raise Invalid(
            "That answer is not among the choices. Nothing was changed.",
            fields={question_id: "Choose from the list."},
        )
    kept = _sheet(session, user_id)
    in_order = [choice for choice in question.choices if choice in chosen]
    setattr(kept, question.id, in_order if question.several else "".join(in_order))
    kept.step = max(kept.step, QUESTIONS.index(question) + 1)
    return _keep(session, kept)


def finish(session: Session, user_id: int) -> Preferences:
    """Through, with or without answers: skipping is fine, and everything stays editable."""
    kept = _sheet(session, user_id)
    kept.finished_at = kept.finished_at or clock.now()
    return _keep(session, kept)


def _sheet(session: Session, user_id: int) -> Preferences:
    """The person's own sheet, begun where there is none, held until the transaction ends."""
    blank = {
        "user_id": user_id,
        "markets": [],
        "alert_types": [],
        "experience": "",
        "step": 0,
        "updated_at": clock.now(),
    }
    upsert.added(session, Preferences, blank)
    return session.get_one(Preferences, user_id, populate_existing=True, with_for_update=True)


def _keep(session: Session, kept: Preferences) -> Preferences:
    kept.updated_at = clock.now()
    session.add(kept)
    session.flush()
    return kept
