"""The wizard's behaviour: one question at a time, each answer kept at once, skipping is fine."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.onboarding import starting_points, wizard
from saas_app.onboarding.wizard import QUESTIONS
from saas_app.ui import routes
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session
from saas_app.workspaces.roles import Permission


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    title: str
    text: str
    chosen: bool


class Wizard(rx.State):
    """`step` counts from 0; after the last question it equals their number."""

    step: int = 0
    answers: dict[str, list[str]] = {}
    ready: bool = False

    @rx.var
    def title(self) -> str:
        return text(f"onboarding.{QUESTIONS[self._at].id}.title")

    @rx.var
    def lead(self) -> str:
        return text(f"onboarding.{QUESTIONS[self._at].id}.lead")

    @rx.var
    def several(self) -> bool:
        return QUESTIONS[self._at].several

    @rx.var
    def choices(self) -> list[Choice]:
        question = QUESTIONS[self._at]
        chosen = self.answers.get(question.id, [])
        return [
            Choice(
                choice,
                text(f"onboarding.{question.id}.{choice}.title"),
                text(f"onboarding.{question.id}.{choice}.text"),
                choice in chosen,
            )
            for choice in question.choices
        ]

    @rx.var
    def progress(self) -> str:
        return text("onboarding.progress", step=self._at + 1, steps=len(QUESTIONS))

    @rx.var
    def first(self) -> bool:
        return self._at == 0

    @rx.var
    def last(self) -> bool:
        return self._at == len(QUESTIONS) - 1

    @property
    def _at(self) -> int:
        return min(self.step, len(QUESTIONS) - 1)

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        """Pick up where this person stopped, on whatever device that was."""
        kept = await asyncio.to_thread(_read, who)
        self.step = min(kept.step, len(QUESTIONS) - 1) if not kept.finished_at else 0
        self.answers = {
            "markets": list(kept.markets),
            "alert_types": list(kept.alert_types),
            "experience": [kept.experience] if kept.experience else [],
        }
        self.ready = True

    @rx.event
    @guarded()
    async def toggle(self, who: SignedIn, choice: str) -> None:  # noqa: ARG002 — asking for the person is the guard
        question = QUESTIONS[self._at]
        if choice not in question.choices:
            return
        chosen = self.answers.get(question.id, [])
        if not question.several:
            chosen = [choice]
        elif choice in chosen:
            chosen = [other for other in chosen if other != choice]
        else:
            chosen = [*chosen, choice]
        self.answers = {**self.answers, question.id: chosen}

    @rx.event
    @guarded()
    async def back(self, who: SignedIn) -> None:  # noqa: ARG002 — asking for the person is the guard
        self.step = max(0, self._at - 1)

    @rx.event
    @guarded(Permission.EDIT)
    async def advance(self, who: SignedIn) -> None:
        question = QUESTIONS[self._at]
        await asyncio.to_thread(_answer, who, question.id, self.answers.get(question.id, []))
        if self.last:
            await self._finish(who)
        else:
            self.step = self._at + 1

    @rx.event
    @guarded(Permission.EDIT)
    async def skip(self, who: SignedIn) -> None:
        await self._finish(who)

    async def _finish(self, who: SignedIn) -> None:
        await asyncio.to_thread(_finish, who)
        (await self.get_state(Session))._leave(routes.DASHBOARD)


def _read(who: SignedIn) -> wizard.Preferences:
    with snapshot() as session:
        return wizard.answers(session, who.user_id)


def _answer(who: SignedIn, question: str, chosen: list[str]) -> None:
    with transaction() as session:
        wizard.answer(session, who.user_id, question, chosen)


def _finish(who: SignedIn) -> None:
    with transaction() as session:
        kept = wizard.finish(session, who.user_id)
        starting_points.give(session, who.workspace_id, who.user_id, kept.markets)
