"""Quotas: exact for racers, once for a request, given back when it came to nothing, and told at their marks."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict
from saas_app.entitlements import metering, quota, usage
from saas_app.entitlements.errors import LimitReached, NeedsUpgrade
from saas_app.entitlements.models import MeterEvent, UsageRecord
from saas_app.entitlements.quota import NotAQuota
from saas_app.plans.features import Feature
from saas_app.workspaces.models import Workspace
from tests.support.billing_world import new_tenant, told
from tests.support.grants import grant
from tests.support.racing import raced

pytestmark = pytest.mark.db
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def ada(wired, time_machine):
    time_machine.move_to(NOON, tick=False)
    return new_tenant()


def take(tenant, request_id, feature=Feature.AI_PROMPTS, amount=1):
    with transaction() as session:
        return quota.take(session, tenant.id, feature, request_id=request_id, amount=amount)


def give_back(tenant, request_id, feature=Feature.AI_PROMPTS):
    with transaction() as session:
        return quota.give_back(session, tenant.id, feature, request_id)


def used(tenant, feature=Feature.AI_PROMPTS):
    with snapshot() as session:
        return quota.used_now(session, tenant.id, feature, clock.now())


def outbox():
    with snapshot() as session:
        return session.exec(select(MeterEvent).order_by(MeterEvent.at, MeterEvent.identifier)).all()


def test_a_quota_is_used_up_and_says_when_it_begins_anew(ada):
    left = [take(ada, f"r{n}").left for n in range(3)]
    assert left == [2, 1, 0]
    with pytest.raises(LimitReached) as refused:
        take(ada, "one too many")
    assert refused.value.facts["upgrade_to"] == "pro"
    assert used(ada) == 3
    assert take(ada, "r1").again
    with snapshot() as session:
        resets = quota.resets_at(session, ada.id, Feature.AI_PROMPTS, clock.now())
    assert resets == datetime(2026, 11, 22, tzinfo=UTC)


def test_it_begins_anew_at_the_workspaces_midnight(ada, time_machine):
    with transaction() as session:
        session.get_one(Workspace, ada.id).time_zone = "Europe/Berlin"
    for n in range(3):
        take(ada, f"r{n}")
    time_machine.move_to(datetime(2026, 11, 21, 22, 59, 59, tzinfo=UTC), tick=False)
    with pytest.raises(LimitReached):
        take(ada, "before midnight")
    time_machine.move_to(datetime(2026, 11, 21, 23, 0, tzinfo=UTC), tick=False)
    assert take(ada, "after midnight").left == 2


def test_three_hundred_and_twenty_racers_use_exactly_what_there_is(ada):
    grant(ada, "ai_prompts", 40)
    got = raced(lambda n: take(ada, f"r{n}"), racers=320)
    assert len([g for g in got if isinstance(g, quota.Taken)]) == 40
    assert {type(g) for g in got if isinstance(g, Exception)} == {LimitReached}
    assert used(ada) == 40


def test_the_same_request_from_many_is_counted_once(ada):
    got = raced(lambda _: take(ada, "the same"), racers=20)
    assert sum(not g.again for g in got) == 1
    assert used(ada) == 1


def test_what_is_undone_was_never_used(ada):
    def failing():
        with transaction() as session:
            quota.take(session, ada.id, Feature.AI_PROMPTS, request_id="r")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert used(ada) == 0
    assert not take(ada, "r").again


def test_a_refused_request_leaves_no_trace_and_may_come_again(ada):
    for n in range(3):
        take(ada, f"r{n}")
    with pytest.raises(LimitReached):
        take(ada, "later")
    give_back(ada, "r0")
    assert not take(ada, "later").again


def test_what_came_to_nothing_is_given_back_once(ada):
    take(ada, "r", amount=2)
    assert give_back(ada, "r")
    assert not give_back(ada, "r")
    assert not give_back(ada, "never asked")
    assert used(ada) == 0
    assert not take(ada, "r", amount=3).again
    assert used(ada) == 3


def test_many_give_backs_of_one_request_give_back_once(ada):
    take(ada, "a")
    take(ada, "b")
    got = raced(lambda _: give_back(ada, "b"), racers=12)
    assert sum(g is True for g in got) == 1
    assert used(ada) == 1


def test_a_give_back_belongs_to_the_day_that_was_charged(ada, time_machine):
    take(ada, "yesterday")
    time_machine.move_to(NOON + timedelta(days=1), tick=False)
    take(ada, "today")
    give_back(ada, "yesterday")
    assert used(ada) == 1


def test_the_same_request_with_another_amount_is_a_mistake(ada):
    take(ada, "r", amount=1)
    with pytest.raises(Conflict):
        take(ada, "r", amount=2)
    assert used(ada) == 1


def test_unlimited_counts_and_refuses_nobody(ada):
    grant(ada, "ai_prompts", "unlimited")
    taken = take(ada, "r", amount=10_000)
    assert (taken.used, taken.left) == (10_000, None)


def test_what_the_plan_lacks_is_not_limit_reached(ada):
    with pytest.raises(NeedsUpgrade) as refused:
        take(ada, "r", Feature.SMS)
    assert not isinstance(refused.value, LimitReached)


def test_only_quotas_can_be_taken(ada):
    with pytest.raises(NotAQuota):
        take(ada, "r", Feature.WATCHLIST_ITEMS)


def test_the_marks_are_told_once_for_each_period(ada, time_machine):
    grant(ada, "ai_prompts", 10)
    for n in range(10):
        take(ada, f"r{n}")
    assert told(ada.owner) == ["usage.nearing", "usage.reached"]
    give_back(ada, "r9")
    take(ada, "again")
    assert told(ada.owner) == ["usage.nearing", "usage.reached"]
    time_machine.move_to(NOON + timedelta(days=1), tick=False)
    take(ada, "a lot", amount=9)
    assert told(ada.owner) == ["usage.nearing", "usage.reached", "usage.nearing"]


def test_the_usage_page_says_what_is_left_and_until_when(ada, monkeypatch):
    monkeypatch.setitem(
        usage._counters,
        Feature.AI_PROMPTS,
        lambda session, workspace_id, now: quota.used_now(
            session, workspace_id, Feature.AI_PROMPTS, now
        ),
    )
    take(ada, "r")
    with snapshot() as session:
        line = next(
            each
            for each in usage.summary(session, ada.id, clock.now())
            if each.feature is Feature.AI_PROMPTS
        )
    assert (line.used, line.left, line.resets_at) == (1, 2, datetime(2026, 11, 22, tzinfo=UTC))


def test_only_what_costs_goes_into_the_outbox_and_a_give_back_takes_it_out(ada):
    grant(ada, "sms", 5)
    take(ada, "prompt")
    take(ada, "sms", Feature.SMS, amount=2)
    assert [(row.event_name, row.value) for row in outbox()] == [("tidemark_sms", 2)]
    give_back(ada, "sms", Feature.SMS)
    assert outbox() == []
    take(ada, "sms", Feature.SMS, amount=3)
    assert [row.value for row in outbox()] == [3]


def test_what_stripe_heard_of_is_taken_back_by_the_opposite(ada):
    grant(ada, "sms", 5)
    take(ada, "sms", Feature.SMS, amount=2)
    with transaction() as session:
        for row in session.exec(select(MeterEvent)).all():
            row.sent_at = clock.now()
    give_back(ada, "sms", Feature.SMS)
    take(ada, "sms", Feature.SMS, amount=4)
    assert sorted(row.value for row in outbox()) == [-2, 2, 4]
    assert len({row.identifier for row in outbox()}) == 3


def test_nothing_is_sent_for_a_workspace_that_is_no_customer(ada):
    grant(ada, "sms", 5)
    take(ada, "sms", Feature.SMS)
    assert metering.send_due(clock.now()) == 0
    assert outbox()[0].attempts == 0
    with snapshot() as session:
        assert session.exec(select(UsageRecord)).one().amount == 1
