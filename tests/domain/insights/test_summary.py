"""Summaries: sentences from facts, other words only by a model that adds no number, counted to the token."""

from threading import Barrier, Event

import pytest
from sqlmodel import select

from saas_app.audit import trail
from saas_app.billing import offer
from saas_app.core import clock, tasks
from saas_app.core.db import snapshot
from saas_app.entitlements import quota
from saas_app.entitlements.errors import LimitReached
from saas_app.entitlements.models import UsageRecord
from saas_app.insights import summary
from saas_app.insights.summary import Outcome
from saas_app.plans.features import Feature
from tests.support.billing_world import NoPost, new_tenant
from tests.support.endpoint import hang_up, listening, said
from tests.support.grants import grant

pytestmark = pytest.mark.db

FACTS = {
    "symbol": "EURUSD",
    "timeframe": "H1",
    "data_kind": "demo",
    "last_close": "1.12606",
    "change_percent": "-0.42",
    "regime": "high",
}


def completion(words, tokens=90):
    return said({"choices": [{"message": {"content": words}}], "usage": {"total_tokens": tokens}})


@pytest.fixture
def ada(database):
    tasks.install(NoPost())
    return new_tenant("ada")


@pytest.fixture
def model(configured):
    with listening() as endpoint:
        configured.llm_base_url = endpoint.url
        configured.llm_model = "small"
        yield endpoint


def used(tenant, feature=Feature.AI_PROMPTS):
    with snapshot() as session:
        return quota.used_now(session, tenant.id, feature, clock.now())


def deeds(tenant):
    with snapshot() as session:
        return [d.data for d in trail.of_workspace(session, tenant.id, ["insights."], limit=9)]


def ask(tenant):
    return summary.reworded(tenant.id, tenant.owner.id, FACTS)


def test_without_a_model_the_sentences_stand_and_cost_nothing(ada):
    found = ask(ada)
    assert (found.outcome, found.words) == (Outcome.NO_MODEL, summary.plain(FACTS).words)
    assert "1.12606" in found.words
    assert used(ada) == 0


def test_other_words_for_the_same_numbers_are_taken_and_counted(ada, model):
    model.always = completion("Lively: EURUSD ended at 1.12606, off 0.42 %.")
    found = ask(ada)
    assert (found.outcome, found.words) == (
        Outcome.REWORDED,
        "Lively: EURUSD ended at 1.12606, off 0.42 %.",
    )
    (came,) = model.came
    assert (came.path, came.json["model"]) == ("/hook/chat/completions", "small")
    assert "1.12606" in came.json["messages"][1]["content"]
    assert used(ada) == 1
    assert [(d["outcome"], d["tokens"]) for d in deeds(ada)] == [("reworded", 90)]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (completion("It may reach 1.2 soon."), Outcome.NUMBERS),
        (completion(""), Outcome.UNFIT),
        (500, Outcome.UNAVAILABLE),
        (said({"choices": []}), Outcome.UNAVAILABLE),
        (hang_up, Outcome.UNAVAILABLE),
    ],
)
def test_whatever_is_not_fit_leaves_the_sentences_gives_the_prompt_back_and_is_written_down(
    ada, model, answer, outcome
):
    model.always = answer
    found = ask(ada)
    assert (found.outcome, found.words) == (outcome, summary.plain(FACTS).words)
    assert used(ada) == 0
    assert [d["outcome"] for d in deeds(ada)] == [outcome]
    assert found.added == (("1.2",) if outcome is Outcome.NUMBERS else ())


def test_while_a_model_hangs_others_are_answered_at_once_and_pay_nothing(ada, model):
    """Two may wait for it, however they ask."""
    go_on, waits = Event(), Barrier(3)

    def hanging(request):
        waits.wait(10)
        go_on.wait(10)
        completion("EURUSD is lively.")(request)

    model.always = hanging
    asking = [summary.rewording(ada.id, ada.owner.id, FACTS) for _ in range(2)]
    waits.wait(10)
    assert ask(ada).outcome is Outcome.UNAVAILABLE
    assert used(ada) == 2
    go_on.set()
    assert [each.result(10).outcome for each in asking] == [Outcome.REWORDED] * 2
    assert ask_again(ada, model).outcome is Outcome.REWORDED


def ask_again(tenant, model):
    model.always = completion("EURUSD is lively.")
    return ask(tenant)


def test_the_day_s_prompts_are_a_limit(ada, model):
    model.always = completion("EURUSD is lively.")
    grant(ada, "ai_prompts", 1)
    ask(ada)
    with pytest.raises(LimitReached):
        ask(ada)
    assert len(model.came) == 1


def test_tokens_are_reserved_before_and_settled_after(ada, model):
    held = []

    def looking(request):
        held.append(used(ada, Feature.AI_TOKENS))
        completion("EURUSD is lively.", 90)(request)

    model.always = looking
    ask(ada)
    assert held[0] > 300
    assert used(ada, Feature.AI_TOKENS) == 90
    model.always = 500
    ask(ada)
    assert used(ada, Feature.AI_TOKENS) == 90
    grant(ada, "ai_tokens", 100)
    with pytest.raises(LimitReached):
        ask(ada)
    assert used(ada) == 1  # neither is counted alone


def test_a_product_that_counts_no_tokens_asks_all_the_same(ada, model, monkeypatch):
    real = offer.catalogue().__class__.offers
    monkeypatch.setattr(
        offer.catalogue().__class__,
        "offers",
        lambda self, feature: feature is not Feature.AI_TOKENS and real(self, feature),
    )
    model.always = completion("EURUSD is lively.")
    assert ask(ada).outcome is Outcome.REWORDED
    with snapshot() as session:
        assert session.exec(select(UsageRecord.feature)).all() == ["ai_prompts"]
