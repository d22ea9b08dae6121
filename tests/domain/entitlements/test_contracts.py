"""Plans by contract: asked for, offered, accepted once by the owner, ended with their limits."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from saas_app.billing import cancellation
from saas_app.billing.change_plan import preview
from saas_app.billing.change_plan.errors import CannotChange
from saas_app.billing.errors import ByContract
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from saas_app.entitlements import refresh, summary
from saas_app.entitlements.contracts import acceptance, leads, offers
from saas_app.entitlements.contracts.leads import Asked
from saas_app.entitlements.contracts.models import Contract, ContractStatus, Lead
from saas_app.entitlements.contracts.offers import Terms
from saas_app.plans.features import Feature
from saas_app.ui.pages.billing import rows
from saas_app.workspaces.roles import Role
from tests.support.billing_world import (
    access_of,
    add_member,
    advance,
    buy,
    customer_of,
    deliver_all,
    invoices_of,
    new_tenant,
    new_user,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db
TERMS = Terms("enterprise", 1_200_000, seats=25, limits={"sms": 500, "alerts_active": "unlimited"})


@pytest.fixture
def ada(stripe_world):
    return new_tenant()


def offered(tenant, terms=TERMS, **more) -> Contract:
    with transaction() as session:
        return offers.create(session, tenant.workspace, terms, **more)


def accept(tenant, row, actor=None):
    return acceptance.accept(tenant.workspace, actor or tenant.owner, row.key)


def standing(tenant) -> Contract | None:
    with snapshot() as session:
        return offers.standing(session, tenant.id)


def test_an_accepted_contract_is_billed_by_invoice_and_gives_what_was_agreed(ada):
    row = offered(ada)
    assert told(ada.owner) == ["contract.offered"]
    accept(ada, row)
    assert access_of(ada).plan == "enterprise"
    limits = access_of(ada).limits
    assert (limits[Feature.SEATS], limits[Feature.SMS]) == (25, 500)
    assert limits[Feature.ALERTS_ACTIVE] is None
    assert access_of(ada).alerts == ()
    (running,) = subscriptions_of(ada)
    at_stripe = client.made().v1.subscriptions.retrieve(running.stripe_id)
    assert (at_stripe.collection_method, at_stripe.days_until_due) == ("send_invoice", 30)
    assert [i.total_cents for i in invoices_of(ada)] == [1_200_000]


def test_the_bill_leads_to_the_contract_and_offers_no_change_of_its_own(ada):
    assert rows.plan_card(bill(ada), "UTC").contract == ""
    row = offered(ada)
    assert rows.plan_card(bill(ada), "UTC").contract == "Read the offer"
    accept(ada, row)
    card = rows.plan_card(bill(ada), "UTC")
    assert (card.contract, card.can_change) == ("Your contract", False)
    with pytest.raises(CannotChange):
        preview.quote(ada.workspace, plan="pro", interval="month")


@pytest.mark.parametrize(
    "act", [cancellation.at_period_end, cancellation.at_once, cancellation.resume]
)
def test_a_contract_ends_as_it_says_and_not_by_a_button(ada, act):
    accept(ada, offered(ada))
    card = rows.plan_card(bill(ada), "UTC")
    assert (card.can_cancel, card.can_resume) == (False, False)
    with pytest.raises(ByContract):
        act(ada.workspace, ada.owner)
    (running,) = subscriptions_of(ada)
    assert (running.status, running.ends_at) == ("active", None)
    assert not list(client.made().v1.refunds.list())


def bill(tenant):
    with snapshot() as session:
        return summary.of(session, tenant.id, clock.now())


def test_accepting_twice_is_accepting_once(ada):
    row = offered(ada)
    accept(ada, row)
    accept(ada, row)
    assert len(subscriptions_of(ada)) == 1


def test_a_death_after_stripe_began_it_is_gone_on_from(ada, monkeypatch):
    row = offered(ada)

    def dying(*_):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(acceptance, "_begin", dying)
        with pytest.raises(RuntimeError):
            accept(ada, row)
    accept(ada, row)
    assert len(list(client.made().v1.subscriptions.list({"status": "all"}))) == 1
    assert access_of(ada).limits[Feature.SMS] == 500


def test_an_acceptance_is_gone_on_from_after_stripe_forgot_its_key(ada, stripe_world, monkeypatch):
    row = offered(ada)

    def dying(*_):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(acceptance, "_begin", dying)
        with pytest.raises(RuntimeError):
            accept(ada, row)
    advance(stripe_world, "3d")
    accept(ada, row)
    assert len(list(client.made().v1.subscriptions.list({"status": "all"}))) == 1
    assert len(invoices_of(ada)) == 1


def test_seats_are_for_everybody_who_is_there(ada):
    for name in ("bob", "cyd"):
        add_member(ada, new_user(name))
    with pytest.raises(Invalid, match="fewer than the 3 people"):
        offered(ada, Terms("enterprise", 1_200_000, seats=2))
    assert offered(ada, Terms("enterprise", 1_200_000, seats=3)).seats == 3


def test_two_offers_at_once_leave_one(ada):
    with ThreadPoolExecutor(8) as racing:
        list(racing.map(lambda _: offered(ada), range(8)))
    with snapshot() as session:
        open_ = [row for row in offers.every(session) if row.status == ContractStatus.OFFERED]
    assert len(open_) == 1


def test_what_ran_before_ends_and_its_unused_time_is_given_back(ada, stripe_world):
    buy(stripe_world, ada)
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    accept(ada, offered(ada))
    deliver_all(stripe_world)
    assert sorted(s.status for s in subscriptions_of(ada)) == ["active", "canceled"]
    customer = customer_of(ada).stripe_id
    refunded = [c.amount_refunded for c in client.made().v1.charges.list({"customer": customer})]
    assert sum(refunded) > 0
    assert access_of(ada).plan == "enterprise"


def test_an_unpaid_contract_falls_back_to_free_and_its_limits_end_with_it(ada, stripe_world):
    accept(ada, offered(ada))
    advance(stripe_world, "20d")
    advance(stripe_world, "12d")
    deliver_all(stripe_world)
    client.made().v1.subscriptions.cancel(subscriptions_of(ada)[0].stripe_id)
    deliver_all(stripe_world)
    refresh.refresh_lapsed(clock.now())
    assert access_of(ada).plan == "free"
    assert access_of(ada).limits[Feature.SMS] == 0
    assert access_of(ada).limits[Feature.ALERTS_ACTIVE] == 5
    assert standing(ada) is None


def test_only_the_owner_accepts_and_only_their_own(ada):
    row = offered(ada)
    ben = new_user("ben")
    add_member(ada, ben, Role.ADMIN)
    with pytest.raises(NotAllowed):
        accept(ada, row, actor=ben)
    mallory = new_tenant("mallory")
    with pytest.raises(NotFound):
        accept(mallory, row)
    assert standing(ada).status == "offered"


def test_an_offer_ends_by_time_by_hand_and_by_a_newer_one(ada, stripe_world):
    first = offered(ada)
    second = offered(ada)
    with pytest.raises(Conflict):
        accept(ada, first)
    with transaction() as session:
        offers.withdraw(session, second.key)
    with pytest.raises(Conflict):
        accept(ada, second)
    third = offered(ada)
    advance(stripe_world, "31d")
    assert standing(ada) is None
    with pytest.raises(Conflict):
        accept(ada, third)
    accept(ada, offered(ada))
    with pytest.raises(Conflict):
        offered(ada)


def test_terms_that_cannot_be_kept_are_refused_with_every_fault(ada):
    with pytest.raises(Invalid) as refused:
        offered(ada, Terms("pro", 0, interval="week", seats=0, limits={"wishes": 3, "sms": "many"}))
    assert set(refused.value.fields) == {
        "plan",
        "interval",
        "amount_cents",
        "seats",
        "limits.wishes",
        "limits.sms",
    }


ASKED = Asked("enterprise", "eve@example.com", "Eve", "Tide Ltd", 25, "When could we begin?")


def test_a_question_is_kept_and_staff_are_told_who_asks_how_many_for_what(ada):
    sam = new_user("sam", is_staff=True)
    with transaction() as session:
        number = leads.keep(session, leads.checked(ASKED), user_id=None, workspace_id=None)
    assert told(sam) == ["billing.lead"]
    offered(ada, lead=number)
    with snapshot() as session:
        assert leads.waiting(session) == []
        assert session.exec(select(Lead)).one().message == "When could we begin?"
    with pytest.raises(NotFound):
        offered(new_tenant("late"), lead=999)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"plan": "pro"}, "plan"),
        ({"email": "nobody"}, "email"),
        ({"name": " \x00 "}, "name"),
        ({"company": "x" * 121}, "company"),
        ({"seats": 0}, "seats"),
        ({"message": "x" * 4001}, "message"),
    ],
)
def test_a_question_with_a_fault_names_its_field(database, change, field):
    values = {name: getattr(ASKED, name) for name in Asked.__dataclass_fields__}
    with pytest.raises(Invalid) as refused:
        leads.checked(Asked(**{**values, **change}))
    assert set(refused.value.fields) == {field}


def test_an_offer_that_is_taken_back_while_it_is_accepted_never_begins(ada, monkeypatch):
    row = offered(ada)
    claim = acceptance._claim

    def withdrawn_meanwhile(*facts):
        with transaction() as session:
            offers.withdraw(session, row.key)
        claim(*facts)

    monkeypatch.setattr(acceptance, "_claim", withdrawn_meanwhile)
    with pytest.raises(Conflict):
        accept(ada, row)
    assert subscriptions_of(ada) == []
    assert standing(ada) is None
