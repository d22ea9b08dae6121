"""Changing at once: what was previewed is what is charged, once, or nothing happens. On the real sandbox."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from saas_app.billing import cancellation, publication
from saas_app.billing.change_plan import confirm, preview, quotes
from saas_app.billing.change_plan.confirm import Outcome
from saas_app.billing.change_plan.errors import CannotChange, QuoteOvertaken
from saas_app.billing.errors import NoSubscription, StripeUnavailable
from saas_app.billing.models import ChangeQuote
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid, NotFound
from saas_app.entitlements import sync
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    deliver_all,
    invoices_of,
    new_tenant,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db


@pytest.fixture
def shop(stripe_world, configured):
    """Two plans to choose from, neither with a trial."""
    configured.catalog = "binance-dashboard"
    publication.apply()
    return stripe_world


@pytest.fixture
def ada(shop):
    tenant = new_tenant()
    buy(shop, tenant)
    return tenant


def asked(tenant, **wanted):
    return preview.quote(tenant.workspace, **wanted)


def agreed(tenant, quote):
    return confirm.confirm(tenant.workspace, tenant.owner, quote.key)


def totals(tenant) -> list[int]:
    return sorted(invoice.total_cents for invoice in invoices_of(tenant))


def now_has(tenant) -> tuple[str, str]:
    (row,) = subscriptions_of(tenant)
    return row.plan, row.interval


def on_trial(tenant, days=7):
    at_stripe = client.made().v1.subscriptions
    ends = int(clock.now().timestamp()) + days * 86400
    at_stripe.update(subscriptions_of(tenant)[0].stripe_id, {"trial_end": ends})
    sync.workspace(tenant.id)


WAYS = {
    "a bigger plan": {"plan": "elite"},
    "a year": {"interval": "year"},
    "a bigger plan for a year": {"plan": "elite", "interval": "year"},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("after", ["0h", "9d", "29d"])
def test_row_14_the_preview_is_the_invoice_to_the_cent(ada, shop, way, after):
    if after != "0h":
        advance(shop, after)
    before = totals(ada)
    quote = asked(ada, **WAYS[way])
    advance(shop, "5m")  # somebody thinks it over; the difference is reckoned from the preview
    assert agreed(ada, quote).outcome is Outcome.DONE
    (new,) = [i for i in invoices_of(ada) if i.total_cents not in before or i.total_cents == 0]
    assert new.status == "paid"
    assert new.total_cents == quote.total_cents == quote.due_cents
    assert sum(line["amount_cents"] for line in quote.lines) == quote.total_cents
    assert subscriptions_of(ada)[0].price == quote.price
    assert access_of(ada).plan == quote.plan


def test_row_14_what_comes_next_is_what_was_announced(ada, shop):
    quote = asked(ada, plan="elite")
    agreed(ada, quote)
    assert subscriptions_of(ada)[0].current_period_end_at == quote.next_at
    advance(shop, "32d")
    deliver_all(shop)
    assert quote.next_cents == 2999
    assert totals(ada)[-1] == 2999


def test_row_14_a_longer_interval_begins_today_and_says_when_it_is_next_due(ada):
    quote = asked(ada, interval="year")
    agreed(ada, quote)
    (row,) = subscriptions_of(ada)
    assert (quote.next_cents, quote.next_at) == (9900, row.current_period_end_at)
    assert 364 <= (quote.next_at - clock.now()).days <= 366


def test_what_is_left_of_a_longer_interval_is_credited(shop):
    ben = new_tenant("ben")
    buy(shop, ben, interval="year")
    quote = asked(ben, plan="elite", interval="month")
    assert quote.total_cents < 0
    assert quote.due_cents == 0
    agreed(ben, quote)
    assert now_has(ben) == ("elite", "month")
    assert totals(ben)[0] == quote.total_cents


def test_row_13_a_failed_upgrade_keeps_the_old_plan_and_says_where_to_pay(ada, shop):
    quote = asked(ada, plan="elite")
    shop.fault(fail_next_payment=1)
    done = agreed(ada, quote)
    assert done.outcome is Outcome.PAYMENT_NEEDED
    assert "/i/in_" in done.pay_url
    (row,) = subscriptions_of(ada)
    assert (row.plan, row.status, row.pending_price) == ("pro", "active", "bd_elite_month_v1")
    assert access_of(ada).plan == "pro"
    assert told(ada.owner) == ["billing.started"]


def test_row_13_paying_later_brings_the_new_plan(ada, shop):
    shop.fault(fail_next_charge=1)
    agreed(ada, asked(ada, plan="elite"))
    (owed,) = [i for i in invoices_of(ada) if i.status == "open"]
    client.made().v1.invoices.pay(owed.stripe_id)
    deliver_all(shop)
    assert now_has(ada) == ("elite", "month")
    assert subscriptions_of(ada)[0].pending_until_at is None
    assert told(ada.owner)[-1] == "billing.upgraded"


def test_row_13_not_paying_within_a_day_leaves_all_as_it_was(ada, shop):
    shop.fault(fail_next_payment=1)
    agreed(ada, asked(ada, plan="elite"))
    advance(shop, "24h")
    deliver_all(shop)
    (row,) = subscriptions_of(ada)
    assert (row.plan, row.status, row.pending_price) == ("pro", "active", None)
    assert [i.status for i in invoices_of(ada) if i.total_cents != 999] == ["void"]


def test_row_13_a_bank_that_asks_is_a_payment_still_to_be_made(ada, shop):
    method = client.made().v1.payment_methods.attach(
        "pm_card_authenticationRequired", {"customer": stripe_customer(ada)}
    )
    client.made().v1.subscriptions.update(
        subscriptions_of(ada)[0].stripe_id, {"default_payment_method": method.id}
    )
    done = agreed(ada, asked(ada, plan="elite"))
    assert done.outcome is Outcome.PAYMENT_NEEDED
    assert done.pay_url
    assert access_of(ada).plan == "pro"


def test_while_a_change_waits_for_its_payment_there_is_no_other(ada, shop):
    shop.fault(fail_next_payment=1)
    agreed(ada, asked(ada, plan="elite"))
    with pytest.raises(CannotChange) as refused:
        asked(ada, interval="year")
    assert refused.value.facts["reason"] == "waits_for_payment"


def test_a_double_click_is_one_charge(ada):
    quote = asked(ada, plan="elite")
    with ThreadPoolExecutor(4) as clicks:
        done = list(clicks.map(lambda _: agreed(ada, quote).outcome, range(4)))
    assert done == [Outcome.DONE] * 4
    assert totals(ada) == sorted([999, quote.total_cents])


def test_an_answer_that_was_lost_is_found_again_and_not_charged_twice(ada, shop):
    quote = asked(ada, plan="elite")
    stripe = confirm.gateway.current()
    sent = []

    class DiesAfterwards:
        """Stripe did it, and we never heard."""

        def __getattr__(self, name):
            return getattr(stripe, name)

        def change(self, order, *, key):
            stripe.change(order, key=key)
            sent.append(key)
            raise StripeUnavailable

    confirm.gateway.install(DiesAfterwards())
    with pytest.raises(StripeUnavailable):
        agreed(ada, quote)
    confirm.gateway.install(stripe)
    assert agreed(ada, quote).outcome is Outcome.DONE
    assert sent == [quote.key]
    assert totals(ada) == sorted([999, quote.total_cents])


def test_row_14_an_old_preview_is_refused_with_a_fresh_one(ada, shop):
    quote = asked(ada, plan="elite")
    advance(shop, "10m")
    with pytest.raises(QuoteOvertaken) as refused:
        agreed(ada, quote)
    assert refused.value.facts["reason"] == "expired"
    fresh = refused.value.fresh
    assert (fresh.plan, fresh.key == quote.key) == ("elite", False)
    assert totals(ada) == [999]
    assert agreed(ada, fresh).outcome is Outcome.DONE


def test_ten_minutes_less_a_second_is_still_good(ada, shop):
    quote = asked(ada, plan="elite")
    with transaction() as session:
        row = session.get_one(ChangeQuote, quote.key)
        assert row.expires_at - row.created_at == quotes.GOOD_FOR
    advance(shop, "9m")
    assert agreed(ada, quote).outcome is Outcome.DONE


def test_a_preview_overtaken_by_another_change_is_refused_with_a_fresh_one(ada):
    year, elite = asked(ada, interval="year"), asked(ada, plan="elite")
    agreed(ada, year)
    with pytest.raises(QuoteOvertaken) as refused:
        agreed(ada, elite)
    assert refused.value.facts["reason"] == "changed"
    assert access_of(ada).plan == "pro"


def test_a_preview_of_what_one_has_by_now_is_refused_in_its_own_words(ada):
    one, other = asked(ada, plan="elite"), asked(ada, plan="elite")
    agreed(ada, one)
    with pytest.raises(CannotChange) as refused:
        agreed(ada, other)
    assert refused.value.facts["reason"] == "nothing_changes"
    assert len(invoices_of(ada)) == 2


def test_row_31_a_preview_of_another_workspace_looks_like_none(ada, shop):
    mallory = new_tenant("mallory")
    buy(shop, mallory)
    quote = asked(ada, plan="elite")
    messages = []
    for key in (quote.key, "quote_000000000"):
        with pytest.raises(NotFound) as refused:
            confirm.confirm(mallory.workspace, mallory.owner, key)
        messages.append(refused.value.message)
    assert len(set(messages)) == 1
    assert access_of(mallory).plan == access_of(ada).plan == "pro"


@pytest.mark.parametrize("wanted", [{"plan": "elite"}, {"interval": "year"}])
def test_in_a_trial_the_change_is_free_and_the_trial_goes_on(ada, wanted):
    on_trial(ada)
    (before,) = subscriptions_of(ada)
    quote = asked(ada, **wanted)
    assert (quote.timing, quote.due_cents, quote.lines) == ("in_trial", 0, [])
    assert quote.next_at == before.trial_end_at
    agreed(ada, quote)
    (after,) = subscriptions_of(ada)
    assert (after.status, after.trial_end_at) == ("trialing", before.trial_end_at)
    assert after.price == quote.price
    assert totals(ada) == [999]


def test_what_is_set_to_end_is_kept_before_it_is_changed(ada):
    cancellation.at_period_end(ada.workspace, ada.owner)
    with pytest.raises(CannotChange) as refused:
        asked(ada, plan="elite")
    assert refused.value.facts["reason"] == "ending"


def test_without_a_subscription_there_is_nothing_to_change(shop):
    ben = new_tenant("ben")
    with pytest.raises(NoSubscription):
        asked(ben, plan="elite")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [({"plan": "gold"}, "plan"), ({"plan": "free"}, "plan"), ({"seats": 2}, "seats")],
)
def test_what_is_not_for_sale_is_refused_by_field(ada, wanted, field):
    with pytest.raises(Invalid) as refused:
        asked(ada, **wanted)
    assert set(refused.value.fields) == {field}


def test_previews_are_forgotten_a_day_after_they_expired(ada, shop):
    quote = asked(ada, plan="elite")
    advance(shop, "23h")
    with transaction() as session:
        assert quotes.purge(session) == 0
    advance(shop, "2h")
    with transaction() as session:
        assert quotes.purge(session) == 1
    with snapshot() as session, pytest.raises(NotFound):
        quotes.find(session, ada.id, quote.key)


def stripe_customer(tenant) -> str:
    return client.made().v1.subscriptions.retrieve(subscriptions_of(tenant)[0].stripe_id).customer
