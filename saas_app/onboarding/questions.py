"""What the wizard asks: a table. Pure: it knows which answers there are, not who gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from saas_app.accounts.profile import THEMES
from saas_app.core.errors import Invalid
from saas_app.core.texts import text
from saas_app.market.timeframes import Timeframe
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature

Chosen: TypeAlias = list[str]
Typed: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Number:
    """A figure somebody types; an empty field is an answer, too: no threshold."""

    id: str
    least: Decimal
    most: Decimal
    decimals: int
    presets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the wizard; the words of each choice stand under `onboarding.<id>.<choice>`.

    `feature`: the plan's set that the choices are taken from. A product without it may ask
    nothing (`only_with_feature`), or offer every choice to everybody.
    """

    id: str
    choices: tuple[str, ...] = ()
    several: bool = False
    numbers: tuple[Number, ...] = ()
    feature: Feature | None = None
    only_with_feature: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """A choice as one plan has it: `denied` says why it cannot be taken now."""

    choice: str
    denied: Denied | None = None


QUESTIONS: tuple[Question, ...] = (
    Question("markets", ("forex", "metals", "indices", "crypto"), several=True),
    Question(
        "timeframes",
        tuple(frame.value for frame in Timeframe),
        several=True,
        feature=Feature.TIMEFRAMES,
    ),
    Question(
        "alert_types", ("level_touch", "level_break", "price_cross", "volume_spike"), several=True
    ),
    Question(
        "thresholds",
        numbers=(
            Number("volume_multiple", Decimal(1), Decimal(20), 1, ("1.5", "2", "3")),
            Number("minimum_volume", Decimal(0), Decimal(10**9), 0, ("1000", "10000", "100000")),
        ),
    ),
    Question(
        "channels",
        ("in_app", "email", "webhook", "telegram", "sms"),
        several=True,
        feature=Feature.CHANNELS,
        only_with_feature=True,
    ),
    Question("theme", THEMES),
    Question("experience", ("new", "some", "daily")),
)
_BY_ID = {question.id: question for question in QUESTIONS}
NUMBERS = {number.id: number for question in QUESTIONS for number in question.numbers}


def find(question_id: str) -> Question:
    """Raises Invalid for what is no question."""
    question = _BY_ID.get(question_id)
    if question is None:
        raise _no_choice(question_id)
    return question


def asked(access: Access) -> tuple[Question, ...]:
    """The questions that make sense in this product."""
    return tuple(
        question
        for question in QUESTIONS
        if not question.only_with_feature
        or (question.feature is not None and access.catalogue.offers(question.feature))
    )


def offered(question: Question, access: Access) -> list[Offered]:
    """Its choices, each with the plan's reason where it is locked; none that no plan has."""
    feature = question.feature
    if feature is None or not access.catalogue.offers(feature):
        return [Offered(choice) for choice in question.choices]
    answers = [(choice, decide(access, feature, item=choice)) for choice in question.choices]
    return [
        Offered(choice, answer if isinstance(answer, Denied) else None)
        for choice, answer in answers
        if answer.allowed or (isinstance(answer, Denied) and answer.upgrade_to)
    ]


def chosen(question: Question, given: Sequence[str]) -> Chosen:
    """The choices in the table's order. Raises Invalid for one that is not on offer."""
    if not set(given) <= set(question.choices) or (not question.several and len(given) > 1):
        raise _no_choice(question.id)
    return [choice for choice in question.choices if choice in given]


def typed(question: Question, given: Typed) -> dict[str, Decimal | None]:
    """The figures, None where the field is empty. Raises Invalid with every problem at once."""
    found: dict[str, Decimal | None] = {}
    problems: dict[str, str] = {}
    for number in question.numbers:
        written = given.get(number.id, "").strip()
        figure = _figure(number, written)
        if written and figure is None:
            problems[number.id] = _bounds(number)
        found[number.id] = figure
    if problems:
        raise Invalid(text("onboarding.numbers_refused"), fields=problems)
    return found


def _figure(number: Number, written: str) -> Decimal | None:
    """Thousands may be set off by blanks or commas; a comma before the last digits is a point."""
    plain = "".join(written.split()).replace("_", "")
    plain = plain.replace(",", "." if number.decimals else "")
    try:
        figure = Decimal(plain)
    except InvalidOperation:
        return None
    fits = figure.is_finite() and number.least <= figure <= number.most
    return figure if fits and figure == round(figure, number.decimals) else None


def _bounds(number: Number) -> str:
    return text(
        f"onboarding.thresholds.{number.id}.bounds",
        least=f"{number.least:,}",
        most=f"{number.most:,}",
    )


def _no_choice(question_id: str) -> Invalid:
    return Invalid(
        text("onboarding.no_choice"), fields={question_id: text("onboarding.choose_from_list")}
    )
