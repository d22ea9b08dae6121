"""The wizard's answers: how they are kept, and whether a person is through."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from saas_app.accounts import people, profile
from saas_app.core import clock, upsert
from saas_app.onboarding import questions
from saas_app.onboarding.models import Preferences
from saas_app.onboarding.questions import QUESTIONS, Question, Typed

_THEME = "theme"


def answers(session: Session, user_id: int) -> Preferences:
    """What the person answered so far; a fresh, unsaved sheet for a newcomer."""
    return session.get(Preferences, user_id) or Preferences(user_id=user_id, updated_at=clock.now())


def chosen(session: Session, user_id: int) -> dict[str, list[str]]:
    """The answer to each question of choices, by its id; the theme is the person's own."""
    kept, theme = answers(session, user_id), people.by_id(session, user_id).theme
    return {
        question.id: [theme] if question.id == _THEME else _listed(getattr(kept, question.id))
        for question in QUESTIONS
        if question.choices
    }


def typed(session: Session, user_id: int) -> dict[str, str]:
    """The thresholds as somebody would type them; empty where there is none."""
    kept = answers(session, user_id)
    return {name: _written(getattr(kept, name)) for name in questions.NUMBERS}


def finished(session: Session, user_id: int) -> bool:
    kept = session.get(Preferences, user_id)
    return kept is not None and kept.finished_at is not None


def answer(
    session: Session, user_id: int, question_id: str, given: Sequence[str] | Typed
) -> Preferences:
    """Keep one answer and move on to the next question.

    Choices come as a list, figures by their field. Raises Invalid for what is not on offer.
    """
    question = questions.find(question_id)
    values = _values(question, given)
    theme = values.pop(_THEME, "")
    if theme:
        profile.choose_theme(session, user_id, theme)
    kept = _sheet(session, user_id)
    for name, value in values.items():
        setattr(kept, name, value)
    return _passed(session, kept, question)


def pass_over(session: Session, user_id: int, question_id: str) -> Preferences:
    """Go on without an answer; what was answered before stays. Raises Invalid."""
    question = questions.find(question_id)
    return _passed(session, _sheet(session, user_id), question)


def finish(session: Session, user_id: int) -> Preferences:
    """Through, with or without answers: skipping is fine, and everything stays editable."""
    kept = _sheet(session, user_id)
    kept.finished_at = kept.finished_at or clock.now()
    return _keep(session, kept)


def _values(question: Question, given: Sequence[str] | Typed) -> dict[str, Any]:
    """What goes into which column."""
    if question.numbers:
        found = questions.typed(question, given if not isinstance(given, Sequence) else {})
        return {name: _stored(name, figure) for name, figure in found.items()}
    in_order = questions.chosen(question, list(given))
    return {question.id: in_order if question.several else "".join(in_order)}


def _stored(name: str, figure: Decimal | None) -> float | int | None:
    if figure is None:
        return None
    return float(figure) if questions.NUMBERS[name].decimals else int(figure)


def _listed(answered: list[str] | str) -> list[str]:
    if isinstance(answered, str):
        return [answered] if answered else []
    return list(answered or ())


def _written(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.15g}"


def _passed(session: Session, kept: Preferences, question: Question) -> Preferences:
    kept.step = max(kept.step, QUESTIONS.index(question) + 1)
    return _keep(session, kept)


def _sheet(session: Session, user_id: int) -> Preferences:
    """The person's own sheet, begun where there is none, held until the transaction ends."""
    blank = {
        "user_id": user_id,
        "markets": [],
        "alert_types": [],
        "timeframes": [],
        "channels": [],
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
