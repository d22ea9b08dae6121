"""What the wizard shows, as frozen rows. Pure: questions and answers in, words out."""

from dataclasses import dataclass

from saas_app.core.texts import text
from saas_app.entitlements import words
from saas_app.onboarding.questions import NUMBERS, Offered, Question
from saas_app.plans.access import Access
from saas_app.ui import routes


@dataclass(frozen=True, slots=True)
class Choice:
    """`plan` is the one that opens a locked choice, `reason` why it is locked, `why` where it is explained; else all are empty."""

    id: str
    title: str
    text: str
    chosen: bool
    plan: str = ""
    reason: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Preset:
    value: str
    title: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One field of a question that is answered with figures."""

    id: str
    label: str
    hint: str
    value: str
    problem: str
    presets: list[Preset]


def figure(number: str, value: str, problem: str) -> Figure:
    head = f"onboarding.thresholds.{number}"
    presets = [_preset(number, preset, value) for preset in NUMBERS[number].presets]
    return Figure(number, text(f"{head}.label"), text(f"{head}.hint"), value, problem, presets)


def _preset(number: str, preset: str, value: str) -> Preset:
    title = f"{float(preset):,g}"
    name = text(f"onboarding.thresholds.{number}.label")
    label = text("onboarding.preset", name=name, value=title)
    return Preset(preset, title, label, preset == value)


def choice(question: Question, offered: Offered, standing: Access) -> Choice:
    head = f"onboarding.{question.id}.{offered.choice}"
    denied = offered.denied
    plan = standing.catalogue.find(denied.upgrade_to) if denied else None
    return Choice(
        offered.choice,
        text(f"{head}.title"),
        text(f"{head}.text"),
        chosen=False,
        plan=plan.name if plan else "",
        reason=words.sentence(denied, standing) if denied else "",
        why=routes.why(denied.feature, denied.item or "") if denied else "",
    )
