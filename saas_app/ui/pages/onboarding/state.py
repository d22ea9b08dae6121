"""The wizard's behaviour: one question at a time, each answer kept at once, skipping is fine."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts import profile
from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid
from saas_app.core.texts import text
from saas_app.entitlements import access
from saas_app.onboarding import questions, starting_points, wizard
from saas_app.onboarding.questions import NUMBERS, QUESTIONS, Question
from saas_app.ui import routes
from saas_app.ui.pages.onboarding import rows
from saas_app.ui.pages.onboarding.rows import Choice, Figure
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session
from saas_app.workspaces.roles import Permission


@dataclass(frozen=True, slots=True)
class Kept:
    """What one person's wizard begins with."""

    asked: list[str]
    offered: dict[str, list[Choice]]
    answers: dict[str, list[str]]
    figures: dict[str, str]
    step: int


class Wizard(rx.State):
    """`step` counts the questions of this product from 0."""

    step: int = 0
    asked: list[str] = [question.id for question in QUESTIONS]
    answers: dict[str, list[str]] = {}
    written: dict[str, str] = {}
    problems: dict[str, str] = {}
    refusal: str = ""
    why: str = ""
    ready: bool = False
    # A field keeps what is typed in it by itself; a new edition is drawn anew from `written`.
    edition: int = 0

    _offered: dict[str, list[Choice]] = {}

    @rx.var
    def question(self) -> str:
        return self._question.id

    @rx.var
    def title(self) -> str:
        return text(f"onboarding.{self._question.id}.title")

    @rx.var
    def lead(self) -> str:
        return text(f"onboarding.{self._question.id}.lead")

    @rx.var
    def several(self) -> bool:
        return self._question.several

    @rx.var
    def choices(self) -> list[Choice]:
        taken = self.answers.get(self._question.id, [])
        return [
            Choice(each.id, each.title, each.text, each.id in taken, each.plan, each.reason)
            for each in self._offered.get(self._question.id, [])
        ]

    @rx.var
    def figures(self) -> list[Figure]:
        return [
            rows.figure(
                number.id, self.written.get(number.id, ""), self.problems.get(number.id, "")
            )
            for number in self._question.numbers
        ]

    @rx.var
    def theme(self) -> str:
        return "".join(self.answers.get("theme", []))

    @rx.var
    def progress(self) -> str:
        return text("onboarding.progress", step=self._at + 1, steps=len(self.asked))

    @rx.var
    def announced(self) -> str:
        return text(
            "onboarding.announced", step=self._at + 1, steps=len(self.asked), title=self.title
        )

    @rx.var
    def marks(self) -> list[bool]:
        """Which parts of the bar at the top are filled."""
        return [number <= self._at for number in range(len(self.asked))]

    @rx.var
    def first(self) -> bool:
        return self._at == 0

    @rx.var
    def last(self) -> bool:
        return self._at == len(self.asked) - 1

    @property
    def _at(self) -> int:
        return min(self.step, len(self.asked) - 1)

    @property
    def _question(self) -> Question:
        return questions.find(self.asked[self._at])

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        """Pick up where this person stopped, on whatever device that was."""
        kept = await asyncio.to_thread(_read, who)
        self.asked, self._offered, self.step = kept.asked, kept.offered, kept.step
        self.answers, self.written = kept.answers, kept.figures
        self.problems, self.refusal = {}, ""
        self.ready = True

    @rx.event
    @guarded()
    async def toggle(self, who: SignedIn, choice: str) -> None:
        """A locked choice answers with its reason; a theme is the person's own at once."""
        question = self._question
        found = {each.id: each for each in self._offered.get(question.id, [])}.get(choice)
        if found is None:
            return
        taken = self.answers.get(question.id, [])
        self.refusal = found.reason if choice not in taken else ""
        self.why = found.why
        if self.refusal:
            return
        self.answers = {**self.answers, question.id: _toggled(question, taken, choice)}
        if question.id == "theme":
            await asyncio.to_thread(_choose_theme, who, choice)

    @rx.event
    @guarded()
    async def write(self, who: SignedIn, number: str, figure: str) -> None:  # noqa: ARG002 — asking for the person is the guard
        """What stands in a field that was left, good or not."""
        self._write(number, figure)

    @rx.event
    @guarded()
    async def preset(self, who: SignedIn, number: str, figure: str) -> None:  # noqa: ARG002 — asking for the person is the guard
        self._write(number, figure)
        self.edition += 1

    @rx.event
    @guarded()
    async def back(self, who: SignedIn) -> None:  # noqa: ARG002 — asking for the person is the guard
        self._turn_to(max(0, self._at - 1))

    @rx.event
    @guarded(Permission.EDIT)
    async def advance(self, who: SignedIn, form: dict[str, str] | None = None) -> None:
        """Keep this answer and go on; a figure that cannot be keeps its field and says why."""
        question = self._question
        for number in question.numbers:
            self._write(number.id, (form or {}).get(number.id, self.written.get(number.id, "")))
        given = self.written if question.numbers else self.answers.get(question.id, [])
        try:
            await asyncio.to_thread(_answer, who, question.id, given)
        except Invalid as wrong:
            self.problems = dict(wrong.fields)
            return
        await self._go_on(who)

    @rx.event
    @guarded(Permission.EDIT)
    async def pass_over(self, who: SignedIn) -> None:
        """On without this answer; what was kept of it before stays."""
        await asyncio.to_thread(_pass_over, who, self._question.id)
        kept = await asyncio.to_thread(_read, who)
        self.answers, self.written = kept.answers, kept.figures
        await self._go_on(who)

    @rx.event
    @guarded(Permission.EDIT)
    async def skip(self, who: SignedIn) -> None:
        await asyncio.to_thread(_finish, who)
        (await self.get_state(Session))._leave(routes.DASHBOARD)

    async def _go_on(self, who: SignedIn) -> None:
        if not self.last:
            self._turn_to(self._at + 1)
            return
        await asyncio.to_thread(_finish, who)
        (await self.get_state(Session))._leave(routes.tour(routes.DASHBOARD))

    def _write(self, number: str, figure: str) -> None:
        if number in NUMBERS and figure != self.written.get(number, ""):
            self.written = {**self.written, number: figure[:40]}
            self.problems = {name: why for name, why in self.problems.items() if name != number}

    def _turn_to(self, step: int) -> None:
        self.step, self.problems, self.refusal = step, {}, ""


def _toggled(question: Question, taken: list[str], choice: str) -> list[str]:
    if not question.several:
        return [choice]
    if choice in taken:
        return [other for other in taken if other != choice]
    return [*taken, choice]


def _read(who: SignedIn) -> Kept:
    with snapshot() as session:
        standing = access.of(session, who.workspace_id, clock.now())
        sheet = wizard.answers(session, who.user_id)
        asked = questions.asked(standing)
        left = [number for number, each in enumerate(asked) if QUESTIONS.index(each) >= sheet.step]
        return Kept(
            asked=[question.id for question in asked],
            offered={
                question.id: [
                    rows.choice(question, each, standing)
                    for each in questions.offered(question, standing)
                ]
                for question in asked
            },
            answers=wizard.chosen(session, who.user_id),
            figures=wizard.typed(session, who.user_id),
            step=0 if sheet.finished_at else min([*left, len(asked) - 1]),
        )


def _answer(who: SignedIn, question: str, given: list[str] | dict[str, str]) -> None:
    with transaction() as session:
        wizard.answer(session, who.user_id, question, given)


def _pass_over(who: SignedIn, question: str) -> None:
    with transaction() as session:
        wizard.pass_over(session, who.user_id, question)


def _choose_theme(who: SignedIn, theme: str) -> None:
    with transaction() as session:
        profile.choose_theme(session, who.user_id, theme)


def _finish(who: SignedIn) -> None:
    with transaction() as session:
        kept = wizard.finish(session, who.user_id)
        starting_points.give(session, who.workspace_id, who.user_id, kept)
