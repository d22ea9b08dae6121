"""Seats that follow the members: the quantity is the count, however the news of it came."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from saas_app.billing import checkout, gateway, lease, offer, publication, seats, sync
from saas_app.billing.change_plan import confirm, preview
from saas_app.billing.change_plan.errors import CannotChange
from saas_app.billing.errors import StripeUnavailable
from saas_app.billing.stripe import client
from saas_app.core.db import transaction
from saas_app.core.errors import Invalid
from saas_app.plans import catalogue as plans
from saas_app.plans.features import Feature
from saas_app.workspaces.models import Membership
from tests.billing.test_catalogues import CATALOGUES
from tests.support.billing_world import (
    access_of,
    add_member,
    advance,
    deliver_all,
    happened,
    invoices_of,
    new_tenant,
    new_user,
    subscriptions_of,
)

pytestmark = pytest.mark.db


def team_of(stripe_world, monkeypatch, *, follows: bool):
    text = (CATALOGUES / "datilio.toml").read_text()
    assert "seats_follow_members = true\n" in text
    ours = plans.load(text if follows else text.replace("seats_follow_members = true\n", ""))
    monkeypatch.setattr(offer, "catalogue", lambda: ours)
    publication.apply()
    tenant = new_tenant()
    page = checkout.start(
        tenant.workspace, tenant.owner, plan="datilio-team", interval="month", seats=3
    )
    stripe_world.complete_checkout(page.session_id)
    checkout.finish(page.session_id, tenant.workspace)
    return tenant


@pytest.fixture
def team(stripe_world, monkeypatch):
    return team_of(stripe_world, monkeypatch, follows=True)


@pytest.fixture
def bought(stripe_world, monkeypatch):
    return team_of(stripe_world, monkeypatch, follows=False)


def at_stripe(tenant) -> int:
    row = subscriptions_of(tenant)[0]
    return client.made().v1.subscriptions.retrieve(row.stripe_id)["items"].data[0].quantity


def join(tenant, *names):
    people = [new_user(name) for name in names]
    for person in people:
        add_member(tenant, person)
    return people


def leave(tenant, person):
    with transaction() as session:
        session.delete(session.get_one(Membership, (tenant.id, person.id)))


def test_row_19_the_quantity_is_the_number_of_members(team):
    people = join(team, "ben", "cleo", "dan", "eve")
    assert seats.follow(team.id) is True
    assert at_stripe(team) == subscriptions_of(team)[0].seats == 5
    leave(team, people[0])
    seats.follow(team.id)
    assert at_stripe(team) == 4


def test_row_19_who_stood_in_line_while_another_counted_asks_stripe_nothing(team, monkeypatch):
    join(team, "ben", "cleo", "dan")
    asked_at = []
    with ThreadPoolExecutor(1) as second:
        with lease.held(team.id, wait=1.0) as held:
            waits = second.submit(seats.follow, team.id)
            while lease._lines[team.id].people < 2:
                time.sleep(0.001)
            gateway.current().set_seats(subscriptions_of(team)[0].item, 4)
            sync.under(held)
            monkeypatch.setattr(seats.sync, "under", asked_at.append)
        assert waits.result(10) is False
    assert (asked_at, at_stripe(team)) == ([], 4)


def test_row_19_it_never_falls_below_what_is_sold(team):
    assert seats.follow(team.id) is False
    assert at_stripe(team) == 3


def test_row_19_fifty_who_come_and_go_at_once_leave_the_right_number(team):
    people = join(team, *(f"p{number}" for number in range(50)))

    def come_and_go(number):
        if number % 5 == 0:
            leave(team, people[number])
        # Who had to wait too long tries again by itself; the last one counts everybody.
        with contextlib.suppress(seats.lease.Busy):
            seats.follow(team.id)

    with ThreadPoolExecutor(50) as crowd:
        list(crowd.map(come_and_go, range(50)))
    seats.follow(team.id)
    assert at_stripe(team) == 1 + 50 - 10


def test_row_19_with_stripe_away_the_nightly_look_repairs_it(team, stripe_world):
    join(team, "ben", "cleo", "dan")
    stripe_world.fault(api_down=20)
    with pytest.raises(StripeUnavailable):
        seats.follow(team.id)
    stripe_world.fault(clear=True)
    assert at_stripe(team) == 3
    assert seats.follow_all() == 1
    assert at_stripe(team) == 4
    assert seats.follow_all() == 0


def test_row_19_the_news_of_it_sets_off_no_other(team, stripe_world):
    join(team, "ben", "cleo", "dan")
    seats.follow(team.id)
    before = len(happened(stripe_world))
    deliver_all(stripe_world)
    seats.follow(team.id)
    assert len(happened(stripe_world)) == before


def test_row_19_where_seats_are_bought_nobody_changes_their_number(bought):
    join(bought, "ben", "cleo", "dan", "eve")
    assert seats.follow(bought.id) is False
    assert seats.follow_all() == 0
    assert at_stripe(bought) == 3


def test_what_joined_in_between_is_billed_with_the_next_invoice(team, stripe_world):
    join(team, "ben", "cleo", "dan")
    seats.follow(team.id)
    assert [invoice.total_cents for invoice in invoices_of(team)] == [3 * 4900]
    advance(stripe_world, "32d")
    deliver_all(stripe_world)
    assert max(invoice.total_cents for invoice in invoices_of(team)) > 4 * 4900


def test_more_people_may_come_than_there_are_seats_yet(team):
    assert access_of(team).limits[Feature.SEATS] == 25


def test_while_a_change_is_on_its_way_nobody_joins_whose_seat_nobody_pays_for(team):
    """The quantity cannot follow a schedule: what is paid for is what there is, until it is through."""
    smaller = next(plan.id for plan in offer.catalogue().plans if plan.number == 2)
    quote = preview.quote(team.workspace, plan=smaller, interval="month")
    assert quote.timing == "period_end"
    confirm.confirm(team.workspace, team.owner, quote.key)
    join(team, "ben", "cleo", "dan")
    assert seats.follow(team.id) is False
    assert access_of(team).limits[Feature.SEATS] == at_stripe(team) == 3
    confirm.undo(team.workspace, team.owner)
    assert access_of(team).limits[Feature.SEATS] == 25
    assert seats.follow(team.id) is True
    assert at_stripe(team) == 4


def test_seats_that_follow_are_not_chosen_by_hand(team):
    with pytest.raises(CannotChange) as refused:
        preview.quote(team.workspace, seats=7)
    assert refused.value.facts["reason"] == "seats_follow"


def test_row_14_more_seats_are_charged_as_previewed(bought):
    quote = preview.quote(bought.workspace, seats=5)
    assert quote.timing == "now"
    confirm.confirm(bought.workspace, bought.owner, quote.key)
    assert at_stripe(bought) == 5
    assert quote.total_cents in [invoice.total_cents for invoice in invoices_of(bought)]


def test_row_19_fewer_seats_wait_for_the_period_and_never_leave_somebody_standing(
    bought, stripe_world
):
    join(bought, "ben", "cleo", "dan")
    confirm.confirm(bought.workspace, bought.owner, preview.quote(bought.workspace, seats=6).key)
    with pytest.raises(CannotChange) as refused:
        preview.quote(bought.workspace, seats=3)
    assert refused.value.facts["reason"] == "seats_in_use"
    quote = preview.quote(bought.workspace, seats=4)
    assert (quote.timing, quote.next_cents) == ("period_end", 4 * 4900)
    confirm.confirm(bought.workspace, bought.owner, quote.key)
    assert at_stripe(bought) == 6
    advance(stripe_world, "32d")
    deliver_all(stripe_world)
    assert at_stripe(bought) == 4


@pytest.mark.parametrize("asked", [2, 26])
def test_seats_that_are_not_sold_are_refused(bought, asked):
    with pytest.raises(Invalid) as refused:
        preview.quote(bought.workspace, seats=asked)
    assert set(refused.value.fields) == {"seats"}
