"""A market's summary: sentences from facts, and on request the same in other words by a model that may add no number.

Prompts are counted by the day and tokens by the month where a plan says so: reserved before the
model is asked, settled with what it used, given back when nothing came of it.
"""

import json
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sqlmodel import Session

from saas_app.audit import trail
from saas_app.core import clock, ids
from saas_app.core.db import transaction
from saas_app.core.errors import Unavailable
from saas_app.entitlements import access, quota
from saas_app.entitlements.errors import refusal
from saas_app.insights import chat, facts, numbers
from saas_app.insights.facts import Facts
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature

_MOST_TOKENS = 300  # of an answer
_LETTERS_A_TOKEN = 2  # fewer than any tokenizer makes of one: a reserve errs upwards
_LONGEST = 1500
_INSTRUCTION = (
    "Reword the summary in at most four plain sentences for a trader. Use only the facts given. "
    "Repeat numbers exactly as written and add none, not even in letters. Give no advice."
)


class Outcome(StrEnum):
    """How a text came about; the texts a person reads are keyed by these."""

    PLAIN = "plain"
    REWORDED = "reworded"
    NO_MODEL = "no_model"
    UNAVAILABLE = "unavailable"
    NUMBERS = "numbers"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class Summary:
    """`added` are the numbers for which a model's answer was refused."""

    words: str
    outcome: Outcome
    facts: Facts
    tokens: int = 0
    added: tuple[str, ...] = ()


def plain(given: Facts, outcome: Outcome = Outcome.PLAIN) -> Summary:
    return Summary(" ".join(facts.sentences(given)), outcome, given)


def can_reword() -> bool:
    """Whether there is a model to ask."""
    return chat.model() is not None


def reworded(workspace_id: int, user_id: int, given: Facts) -> Summary:
    """Waits for what `rewording` leads to."""
    return rewording(workspace_id, user_id, given).result()


def rewording(workspace_id: int, user_id: int, given: Facts) -> Future[Summary]:
    """The plain summary stands whenever the model has nothing fit, at once while others ask it.

    Ends in LimitReached or NeedsUpgrade where the plan has no more of it.
    """
    try:
        return chat.in_turn(partial(_reworded, workspace_id, user_id, given))
    except Unavailable:
        stands: Future[Summary] = Future()
        stands.set_result(plain(given, Outcome.UNAVAILABLE))
        return stands


def _reworded(workspace_id: int, user_id: int, given: Facts) -> Summary:
    stands = plain(given)
    model = chat.model()
    if model is None:
        return plain(given, Outcome.NO_MODEL)
    about = json.dumps({"facts": dict(given), "summary": stands.words}, ensure_ascii=False)
    reserve = _MOST_TOKENS + (len(about) + len(_INSTRUCTION)) // _LETTERS_A_TOKEN
    request_id = ids.new("sum")
    with transaction() as session:
        counted = _reserved(session, workspace_id, user_id, request_id, reserve)
    try:
        answer = chat.ask(model, _INSTRUCTION, about, most_tokens=_MOST_TOKENS)
    except Unavailable as gone:
        with transaction() as session:
            for feature in counted:
                quota.give_back(session, workspace_id, feature, request_id)
            _noted(session, workspace_id, user_id, given, Outcome.UNAVAILABLE, gone.message)
        return plain(given, Outcome.UNAVAILABLE)
    added = numbers.added(answer.words, (*given.values(), stands.words))
    outcome = _judged(answer.words, added)
    with transaction() as session:
        if Feature.AI_TOKENS in counted:
            _settled(session, workspace_id, user_id, request_id, min(answer.tokens, reserve))
        if outcome is not Outcome.REWORDED:
            quota.give_back(session, workspace_id, Feature.AI_PROMPTS, request_id)
        _noted(session, workspace_id, user_id, given, outcome, " ".join(added), answer.tokens)
    words = answer.words if outcome is Outcome.REWORDED else stands.words
    return Summary(words, outcome, given, answer.tokens, tuple(added))


def _judged(words: str, added: list[str]) -> Outcome:
    if added:
        return Outcome.NUMBERS
    return Outcome.REWORDED if 0 < len(words) <= _LONGEST else Outcome.UNFIT


def _reserved(
    session: Session, workspace_id: int, user_id: int, request_id: str, tokens: int
) -> tuple[Feature, ...]:
    """What is held for this request: a prompt, and tokens where the product counts them."""
    standing = access.of(session, workspace_id, clock.now())
    if not standing.catalogue.offers(Feature.AI_PROMPTS):
        answer = decide(standing, Feature.AI_PROMPTS)
        if isinstance(answer, Denied):
            raise refusal(answer, standing)
    wanted = {Feature.AI_PROMPTS: 1}
    if standing.catalogue.offers(Feature.AI_TOKENS):
        wanted[Feature.AI_TOKENS] = tokens
    for feature, amount in wanted.items():
        quota.take(
            session, workspace_id, feature, request_id=request_id, amount=amount, user_id=user_id
        )
    return tuple(wanted)


def _settled(session: Session, workspace_id: int, user_id: int, request_id: str, used: int) -> None:
    """The reserve goes back and what was used is counted, in one step that nobody sees between."""
    quota.give_back(session, workspace_id, Feature.AI_TOKENS, request_id)
    if used:
        quota.take(
            session,
            workspace_id,
            Feature.AI_TOKENS,
            request_id=f"{request_id}.used",
            amount=used,
            user_id=user_id,
        )


def _noted(
    session: Session,
    workspace_id: int,
    user_id: int,
    given: Facts,
    outcome: Outcome,
    why: str,
    tokens: int = 0,
) -> None:
    trail.record(
        session,
        "insights.reworded",
        actor_id=user_id,
        workspace_id=workspace_id,
        chart=f"{given['symbol']} {given['timeframe']}",
        outcome=outcome.value,
        why=why[:200],
        tokens=tokens,
    )
