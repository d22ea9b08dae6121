"""Every answer can be explained: now by what is in force, in the past by what was remembered."""

from datetime import timedelta

import pytest
from sqlmodel import select

from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import explanation, history, quota
from saas_app.entitlements.explanation import NoSuchFeature
from saas_app.entitlements.models import AccessRecord
from saas_app.plans.features import Feature
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    deliver_all,
    new_tenant,
)
from tests.support.grants import grant

pytestmark = pytest.mark.db
FAILS_LATER = "4000000000000341"


@pytest.fixture
def ada(stripe_world):
    return new_tenant()


def why(tenant, feature, **more):
    with snapshot() as session:
        return explanation.of(session, tenant.id, feature, **more)


def records():
    with snapshot() as session:
        return session.exec(select(AccessRecord).order_by(AccessRecord.id)).all()


def test_a_lock_names_the_plan_that_would_do(ada):
    found = why(ada, "symbols", item="ETHUSD")
    assert not found.allowed
    assert (found.plan, found.status, found.reason) == ("free", "", "no_subscription")
    assert (found.upgrade_to, found.upgrade_name) == ("pro", "Pro")
    assert "ETHUSD" in found.sentence
    assert found.limit == found.plan_limit == ["BTCUSD", "EURUSD", "US30", "USDJPY", "XAUUSD"]


def test_a_yes_is_explained_too(ada):
    found = why(ada, "symbols", item="EURUSD")
    assert (found.allowed, found.upgrade_to, found.code) == (True, None, "")
    assert found.sentence == "Free includes EURUSD among its markets."
    assert why(ada, "insights").allowed  # basic is something
    assert not why(ada, "exports").allowed  # an empty set is nothing
    assert not why(ada, "insights", item="advanced").allowed


def test_a_contract_stands_beside_the_plan_with_its_reason(ada):
    grant(ada, "ai_prompts", 7)
    found = why(ada, "ai_prompts")
    assert (found.limit, found.plan_limit) == (7, 3)
    assert found.agreement is not None
    assert (found.agreement.value, found.agreement.reason) == (7, "test")


def test_a_quota_says_what_is_used_and_left(ada):
    with transaction() as session:
        quota.take(session, ada.id, Feature.AI_PROMPTS, request_id="r", amount=3)
    found = why(ada, "ai_prompts")
    assert (found.used, found.left, found.code) == (3, 0, "limit_reached")
    assert found.resets_at > clock.now()


@pytest.mark.parametrize("asked", ["nothing", "files", "", "symbols; drop table"])
def test_what_this_product_does_not_limit_is_named_with_what_it_does(ada, asked):
    with pytest.raises(NoSuchFeature) as refused:
        why(ada, asked)
    assert "symbols" in refused.value.message


def test_what_is_left_is_what_one_has_before_adding_more(ada):
    with transaction() as session:
        quota.take(session, ada.id, Feature.AI_PROMPTS, request_id="r", amount=1)
    assert (why(ada, "ai_prompts").used, why(ada, "ai_prompts").left) == (1, 2)


def test_every_feature_of_the_catalogue_can_be_explained(ada):
    for feature in access_of(ada).catalogue.meters:
        assert why(ada, feature.value).sentence


def test_the_past_is_told_from_what_was_remembered(ada, stripe_world):
    before = clock.now() - timedelta(seconds=1)
    buy(stripe_world, ada, card=FAILS_LATER)
    trial = clock.now()
    advance(stripe_world, "14d")
    advance(stripe_world, "2h")
    deliver_all(stripe_world)
    failed = clock.now()
    until = access_of(ada).grace_until
    moments = {
        before: ("free", "no_subscription"),
        trial: ("pro", "trial"),
        failed: ("pro", "in_grace"),
        until: ("free", "grace_over"),
    }
    assert {
        moment: (found.plan, found.reason)
        for moment in moments
        for found in [why(ada, "symbols", at=moment)]
    } == moments


def test_an_agreement_of_the_past_is_the_one_of_that_day(ada):
    grant(ada, "watchlist_items", 9)
    soon = clock.now()
    assert why(ada, "watchlist_items", at=soon + timedelta(days=1)).limit == 9
    assert why(ada, "watchlist_items", at=soon - timedelta(days=1)).limit == 5


def test_only_what_differs_is_remembered(ada, stripe_world):
    buy(stripe_world, ada)
    deliver_all(stripe_world)
    deliver_all(stripe_world)
    assert [row.status for row in records()] == ["trialing"]
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    deliver_all(stripe_world)
    statuses = [row.status for row in records()]
    assert statuses[0] == "trialing"
    assert statuses[-1] == "active"
    assert len(records()) == len({(row.status, row.price) for row in records()})


def test_whoever_never_bought_anything_leaves_no_row(ada):
    with transaction() as session:
        history.remember(session, ada.id, None, clock.now())
    assert records() == []
