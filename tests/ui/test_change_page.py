"""The change page: choose, preview, confirm, as the person behind the cookie and nobody else."""

import asyncio

import pytest

from saas_app.billing import publication
from saas_app.billing.change_plan import preview
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import access, keeping, usage
from saas_app.market import watchlist
from saas_app.market.models import WatchlistItem
from saas_app.plans.features import Feature
from saas_app.ui.pages.billing.change.state import ChangePlan
from saas_app.ui.pages.billing.keeper import Keeper
from saas_app.ui.pages.billing.state import Billing
from saas_app.workspaces.roles import Role
from tests.support.billing_world import (
    access_of,
    add_member,
    advance,
    buy,
    new_tenant,
    new_user,
    subscriptions_of,
)
from tests.support.states import logged_in, tab

PAGE = "/settings/billing/change"


@pytest.fixture
def shop(stripe_world, configured):
    configured.catalog = "binance-dashboard"
    publication.apply()
    return stripe_world


@pytest.fixture
def ada(shop):
    tenant = new_tenant()
    buy(shop, tenant)
    return tenant


def lived(tenant, *steps, path=PAGE, user=None):
    """The state after these handlers, each a name or a name with its arguments."""

    async def run():
        page = tab(path, logged_in(tenant, user))
        for step in ("load", *steps):
            name, *arguments = step if isinstance(step, tuple) else (step,)
            await page.call(ChangePlan, name, *arguments)
        return await page.of(ChangePlan), await page.notice()

    return asyncio.run(run())


def test_it_opens_on_what_one_has(ada):
    state, _ = lived(ada)
    assert (state.step, state.plan, state.interval, state.now.name) == (
        "choose",
        "pro",
        "month",
        "Pro",
    )
    assert [(each.id, each.month, each.year) for each in state.offers] == [
        ("pro", "$9.99 per month", "$99 per year"),
        ("elite", "$29.99 per month", "$299 per year"),
    ]


def test_a_link_may_choose_already_and_nonsense_chooses_nothing(ada):
    state, _ = lived(ada, path=f"{PAGE}?plan=elite&interval=year")
    assert (state.plan, state.interval) == ("elite", "year")
    state, _ = lived(ada, path=f"{PAGE}?plan=gold&interval=never")
    assert (state.plan, state.interval) == ("pro", "month")


def test_the_reckoning_has_every_line_and_ends_in_what_is_charged(ada):
    state, _ = lived(ada, ("choose", "elite"), "look")
    assert state.step == "preview"
    *lines, due = state.preview.sums
    assert [line.kind for line in lines] == ["less", "line"]
    assert due.kind == "due"
    assert due.amount in state.preview.today
    assert due.amount in state.preview.button
    assert state.preview.next.startswith("Next charge: $29.99 on ")
    assert (state.rests, state.less) == ([], [])


def test_confirming_changes_the_plan_and_says_so(ada):
    state, notice = lived(ada, ("choose", "elite"), "look", "confirm")
    assert (state.step, state.outcome) == ("done", "done")
    assert notice == "Elite is yours from now on. The invoice is on the billing page."
    assert access_of(ada).plan == "elite"


def test_a_code_is_taken_off_in_the_reckoning_or_refused_in_words(ada, shop):
    half_off("HALF")
    state, _ = lived(ada, ("choose", "elite"), ("with_code", " half "), "look")
    plain, _ = lived(ada, ("choose", "elite"), "look")
    assert len(state.preview.sums) >= len(plain.preview.sums)
    assert state.preview.today != plain.preview.today
    state, notice = lived(ada, ("choose", "elite"), ("with_code", "NONE"), "look")
    assert (state.step, "not valid any more" in notice) == ("choose", True)


def test_a_code_is_put_on_a_running_subscription_and_shown(ada):
    half_off("HALF")

    async def run():
        page = tab("/settings/billing", logged_in(ada))
        await page.call(Billing, "load")
        await page.call(Billing, "redeem", {"code": " HALF "})
        return (await page.of(Billing)).plan, await page.notice()

    card, notice = asyncio.run(run())
    assert card.discounts == ("HALF: 50 % off",)
    assert card.next_charge.startswith("Next charge: $5.00 on ")
    assert "counts from the next invoice" in notice


def test_a_card_that_does_not_pay_leads_to_the_invoice(ada, shop):
    shop.fault(fail_next_payment=1)
    state, _ = lived(ada, ("choose", "elite"), "look", "confirm")
    assert state.outcome == "payment_needed"
    assert "/i/in_" in state.pay_url
    assert access_of(ada).plan == "pro"


def test_a_preview_that_grew_old_is_replaced_before_anything_is_charged(ada, shop):
    async def run():
        page = tab(PAGE, logged_in(ada))
        await page.call(ChangePlan, "load")
        await page.call(ChangePlan, "choose", "elite")
        await page.call(ChangePlan, "look")
        first = (await page.of(ChangePlan))._quote
        await asyncio.to_thread(advance, shop, "11m")
        await page.call(ChangePlan, "confirm")
        state = await page.of(ChangePlan)
        assert (state.step, state._quote == first) == ("preview", False)
        assert "ten minutes" in state.note
        await page.call(ChangePlan, "confirm")
        return (await page.of(ChangePlan)).outcome

    assert asyncio.run(run()) == "done"
    assert access_of(ada).plan == "elite"


def test_a_smaller_plan_is_rehearsed_and_booked(ada):
    usage.counted_by(Feature.WATCHLIST_ITEMS, watchlist.count)
    lived(ada, ("choose", "elite"), "look", "confirm")
    fill_watchlist(ada, 52)
    state, _ = lived(ada, ("choose", "pro"), "look")
    (rests,) = state.rests
    assert rests.startswith("Watchlist items: you use 52 and there is room for 50.")
    assert any(line.startswith("Watchlist items: ") for line in state.less)
    assert state.preview.button == "Change at the end of the period"
    state, _ = lived(ada, ("choose", "pro"), "look", "confirm")
    assert state.outcome == "scheduled"
    assert subscriptions_of(ada)[0].scheduled_price == "bd_pro_month_v1"


def test_without_a_subscription_there_is_nothing_to_change(shop):
    state, _ = lived(new_tenant("ben"))
    assert not state.now.alive


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_row_31_who_may_not_manage_billing_can_only_look(ada, role):
    ben = new_user("ben")
    add_member(ada, ben, role)
    state, notice = lived(ada, "look", user=ben)
    assert (state.step, state._quote) == ("choose", "")
    assert "Your role here" in notice


def test_row_31_confirming_without_a_preview_of_ones_own_does_nothing(ada, shop):
    mallory = new_tenant("mallory")
    buy(shop, mallory)
    hers = preview.quote(ada.workspace, plan="elite")

    async def run():
        page = tab(PAGE, logged_in(mallory))
        await page.call(ChangePlan, "load")
        await page.call(ChangePlan, "confirm")
        (await page.of(ChangePlan))._quote = hers.key
        await page.call(ChangePlan, "confirm")
        return await page.notice()

    assert "not there any more" in asyncio.run(run())
    assert access_of(ada).plan == access_of(mallory).plan == "pro"


def test_a_booked_change_is_shown_on_the_billing_page_and_undone_there(ada):
    lived(ada, ("every", "year"), "look", "confirm")
    lived(ada, ("every", "month"), "look", "confirm")

    async def run():
        page = tab("/settings/billing", logged_in(ada))
        await page.call(Billing, "load")
        before = (await page.of(Billing)).ahead
        await page.call(Billing, "undo")
        return before, (await page.of(Billing)).ahead

    before, after = asyncio.run(run())
    assert before.title.startswith("Pro, by the month, begins on ")
    assert (before.can_undo, after.title) == (True, "")


def test_leaving_says_what_rests_and_takes_the_reason_along(ada):
    usage.counted_by(Feature.WATCHLIST_ITEMS, watchlist.count)
    fill_watchlist(ada, 7)

    async def run():
        page = tab("/settings/billing", logged_in(ada))
        await page.call(Billing, "load")
        await page.call(Billing, "ask_cancel")
        rests = (await page.of(Billing)).rests
        answers = {"when": "end", "feedback": "unused", "comment": " bye "}
        await page.call(Billing, "cancel", answers)
        return rests, await page.notice()

    rests, notice = asyncio.run(run())
    assert rests[0].startswith("Watchlist items: you use 7 and there is room for 5.")
    assert "stays until the end" in notice
    (row,) = subscriptions_of(ada)
    assert (row.cancel_feedback, row.cancel_comment, row.status) == ("unused", "bye", "active")


def test_leaving_at_once_ends_it_now_whatever_else_was_sent(ada):
    async def run():
        page = tab("/settings/billing", logged_in(ada))
        await page.call(Billing, "load")
        await page.call(Billing, "cancel", {"when": "now", "feedback": "<b>", "comment": 7})

    asyncio.run(run())
    (row,) = subscriptions_of(ada)
    assert (row.status, row.cancel_feedback) == ("canceled", None)
    assert access_of(ada).plan == "free"


def fill_watchlist(tenant, count):
    with transaction() as session:
        for place in range(count):
            session.add(
                WatchlistItem(
                    workspace_id=tenant.id,
                    symbol=f"X{place}",
                    timeframe="H1",
                    position=place,
                    created_at=clock.now(),
                    created_by=tenant.owner.id,
                )
            )


def test_what_stays_awake_is_chosen_before_and_honoured_when_the_plan_ends(stripe_world):
    usage.counted_by(Feature.WATCHLIST_ITEMS, watchlist.count)
    keeping.listed_by(Feature.WATCHLIST_ITEMS, watchlist.things)
    dora = new_tenant("dora")
    buy(stripe_world, dora)
    fill_watchlist(dora, 7)

    async def run():
        page = tab("/settings/billing", logged_in(dora))
        await page.call(Billing, "load")
        await page.call(Billing, "ask_cancel")
        before = list((await page.of(Keeper)).choices)
        for index in (0, 6):
            await page.call(Keeper, "toggle", "watchlist_items", before[index].id)
        await page.call(Keeper, "toggle", "watchlist_items", before[5].id)
        too_many = await page.notice()
        after = list((await page.of(Keeper)).choices)
        await page.call(Billing, "cancel", {"when": "now"})
        return before, after, too_many

    before, after, too_many = asyncio.run(run())
    assert [choice.kept for choice in before] == [True] * 5 + [False] * 2
    assert [choice.kept for choice in after] == [False, *[True] * 4, False, True]
    assert "room for 5" in too_many
    with snapshot() as session:
        standing = access.of(session, dora.id, clock.now())
        assert standing.plan == "free"
        rest = watchlist.resting(session, dora.id, standing)
    assert rest == {choice.id for choice in after if not choice.kept}


def test_where_everything_fits_there_is_nothing_to_choose(ada):
    async def run():
        page = tab("/settings/billing", logged_in(ada))
        await page.call(Billing, "load")
        await page.call(Billing, "ask_cancel")
        return (await page.of(Keeper)).choices

    assert asyncio.run(run()) == []


def half_off(code):
    stripe = client.made().v1
    coupon = stripe.coupons.create({"percent_off": 50, "duration": "forever"})
    stripe.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": code}
    )
