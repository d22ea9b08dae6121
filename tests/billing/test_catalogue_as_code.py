"""Row 27 of the matrix: prices are immutable, who pays the old one goes on; plan, apply, roll back, drift, staff."""

from pathlib import Path

import pytest
from sqlmodel import select

from saas_app.billing import checkout, offer
from saas_app.billing.catalogue import compare, edit, versions
from saas_app.billing.catalogue.edit import PlanDraft, PriceDraft
from saas_app.billing.catalogue.models import CatalogueVersion
from saas_app.billing.stripe import client
from saas_app.core.db import snapshot
from saas_app.core.errors import NotFound
from saas_app.entitlements import catalogue_change, usage
from saas_app.jobs import schedule
from saas_app.plans import catalogue as plans
from saas_app.plans.faults import CatalogueRefused
from saas_app.plans.features import Feature
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    deliver_all,
    new_tenant,
    new_user,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db
FILE = (Path(offer.__file__).parents[2] / "catalogs" / "tidemark.toml").read_text()
DEARER = FILE.replace("amount = 2900 }", "amount = 3900 }")
STRICTER = FILE.replace("watchlist_items = 5\n", "watchlist_items = 2\n")
WITHOUT_YEAR = FILE.replace(
    '  { lookup_key = "tidemark_pro_year_v1", interval = "year", amount = 29000 },\n', ""
)


@pytest.fixture(autouse=True)
def forgotten():
    yield
    offer.put("tidemark", None)


def put(text: str, note: str = "a test") -> list[str]:
    return catalogue_change.applied(catalogue_change.proposed(text), note=note)


def price(lookup_key: str):
    found = client.made().v1.prices.list({"lookup_keys": [lookup_key]}).data
    return found[0] if found else None


def kept() -> list[tuple[int, str]]:
    with snapshot() as session:
        rows = session.exec(select(CatalogueVersion).order_by(CatalogueVersion.number)).all()
    return [(row.number, row.note) for row in rows]


@pytest.mark.usefixtures("stripe_world")
def test_row_27_applying_twice_writes_nothing_the_second_time():
    assert put(FILE) == []  # the world was published before
    assert kept() == [(1, "a test")]
    assert put(FILE) == []
    assert kept() == [(1, "a test")]
    assert catalogue_change.proposed(FILE).empty


def test_row_27_a_changed_amount_is_another_price_and_nobody_is_moved(stripe_world):
    ada, ben = new_tenant("ada"), new_tenant("ben")
    buy(stripe_world, ada)
    put(FILE)
    proposal = catalogue_change.proposed(DEARER)
    assert proposal.catalogue == ("~ price tidemark_pro_month_v1: $29.00 → $39.00 for newcomers",)
    assert proposal.stripe == ("replaced price tidemark_pro_month_v1",)
    assert proposal.people == (
        "tidemark_pro_month_v1: 1 customers go on paying what they pay ($29.00 a month, unchanged); a newcomer pays $39.00 instead of $29.00",
    )
    old = price("tidemark_pro_month_v1").id
    put(DEARER)
    buy(stripe_world, ben)
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    assert [s.amount_cents for t in (ada, ben) for s in subscriptions_of(t)] == [2900, 3900]
    assert [access_of(t).plan for t in (ada, ben)] == ["pro", "pro"]
    assert offer.catalogue().plan("pro").prices[0].amount.cents == 3900
    assert not client.made().v1.prices.retrieve(old).active


def test_row_27_a_removed_price_is_archived_and_still_understood(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada, interval="year")
    put(FILE)
    retired = FILE.replace("amount = 29000 }", "amount = 29000, retired = true }")
    put(retired)
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    assert access_of(ada).plan == "pro"
    assert "billing.unknown_price" not in told(ada.owner)


def test_the_way_back_takes_the_old_price_up_again_and_leaves_no_litter(stripe_world):
    put(FILE)
    first = price("tidemark_pro_month_v1").id
    put(DEARER)
    assert put(catalogue_change.previous(), note="back") == [
        "~ price tidemark_pro_month_v1: $39.00 → $29.00 for newcomers",
        "replaced price tidemark_pro_month_v1",
    ]
    assert price("tidemark_pro_month_v1").id == first
    assert kept() == [(1, "a test"), (2, "a test"), (3, "back")]
    assert catalogue_change.proposed(FILE).empty
    assert len(client.made().v1.prices.list({"limit": 100}).data) == 3
    with pytest.raises(NotFound):
        catalogue_change.previous(9)


def test_whom_a_smaller_limit_would_hurt_is_named_before(stripe_world, monkeypatch):
    ada = new_tenant("ada")
    new_tenant("ben")
    monkeypatch.setitem(
        usage._counters,
        Feature.WATCHLIST_ITEMS,
        lambda session, workspace_id, now: 4 if workspace_id == ada.id else 1,
    )
    put(FILE)
    people = catalogue_change.proposed(STRICTER).people
    assert people == (
        f"free (generation 1), watchlist_items: 1 workspaces use more than that ({ada.id}); they keep it and cannot add",
    )


@pytest.mark.usefixtures("stripe_world")
def test_a_proposal_changes_nothing():
    before = [each.id for each in client.made().v1.prices.list({"limit": 100}).data]
    catalogue_change.proposed(DEARER)
    assert [each.id for each in client.made().v1.prices.list({"limit": 100}).data] == before
    assert kept() == []
    assert offer.catalogue().plan("pro").prices[0].amount.cents == 2900


@pytest.mark.usefixtures("stripe_world")
def test_of_two_who_change_it_at_once_the_second_is_told():
    put(FILE)
    mine, theirs = catalogue_change.proposed(DEARER), catalogue_change.proposed(STRICTER)
    catalogue_change.applied(theirs, note="theirs")
    with pytest.raises(versions.Overtaken):
        catalogue_change.applied(mine, note="mine")
    assert kept() == [(1, "a test"), (2, "theirs")]
    assert price("tidemark_pro_month_v1").unit_amount == 2900


@pytest.mark.usefixtures("stripe_world")
def test_what_does_not_hold_together_is_refused_whole():
    with pytest.raises(CatalogueRefused):
        catalogue_change.proposed(FILE.replace("trial_days = 14", "trial_days = 90"))
    assert kept() == []


@pytest.mark.usefixtures("stripe_world")
def test_a_checkout_sells_the_version_in_force_in_every_process():
    put(FILE)
    put(DEARER)
    offer.put("tidemark", None)  # another process, which has not heard of it yet
    assert offer.catalogue().plan("pro").prices[0].amount.cents == 2900
    assert versions.refresh() == 2
    assert offer.catalogue().plan("pro").prices[0].amount.cents == 3900
    ada = new_tenant()
    started = checkout.start(ada.workspace, ada.owner, plan="pro", interval="month")
    items = client.made().v1.checkout.sessions.line_items.list(started.session_id).data
    assert items[0].price.unit_amount == 3900


def test_the_file_counts_where_it_changed_and_staff_where_it_did_not(stripe_world, monkeypatch):
    put(FILE)
    put(DEARER, note="staff")
    with snapshot() as session:
        assert versions.from_file(session) == DEARER
        assert versions.from_file(session, even_if_edited=True) == FILE
    monkeypatch.setattr(offer, "file_text", lambda _name: STRICTER)
    with snapshot() as session:
        assert versions.from_file(session) == STRICTER


def test_drift_is_told_to_staff_once_and_mended_by_applying(stripe_world):
    sam = new_user("sam", is_staff=True)
    put(FILE)
    assert catalogue_change.notice_drift() == 0
    client.made().v1.prices.update(price("tidemark_pro_year_v1").id, {"active": False})
    assert catalogue_change.notice_drift() == 1
    assert catalogue_change.notice_drift() == 1
    assert told(sam) == ["billing.catalogue_drift"]
    assert put(FILE) == ["reopened price tidemark_pro_year_v1"]
    assert catalogue_change.notice_drift() == 0


@pytest.mark.usefixtures("stripe_world")
def test_a_price_touched_at_stripe_is_noticed_by_its_webhook(stripe_world):
    sam = new_user("sam", is_staff=True)
    put(FILE)
    assert schedule._drift() == 0
    client.made().v1.prices.update(price("tidemark_pro_year_v1").id, {"active": False})
    deliver_all(stripe_world)
    assert schedule._drift() == 1
    assert told(sam) == ["billing.catalogue_drift"]


def test_a_plan_that_staff_add_stands_in_the_text_with_its_comments_kept():
    text = edit.with_plan(
        FILE,
        plans.load(FILE),
        PlanDraft(
            id="elite",
            name="Elite",
            tagline="Everything, sooner.",
            extends="pro",
            trial_days=7,
            prices=(PriceDraft("month", 4900), PriceDraft("year", 49000)),
            limits={"watchlist_items": 100, "channels": ["+", "sms"], "sms": 10},
        ),
    )
    assert FILE.splitlines()[0] in text
    made = plans.load(text).plan("elite")
    assert [(p.lookup_key, p.amount.cents) for p in made.prices] == [
        ("tidemark_elite_month_v1", 4900),
        ("tidemark_elite_year_v1", 49000),
    ]
    assert made.limits[Feature.WATCHLIST_ITEMS] == 100
    assert "sms" in made.limits[Feature.CHANNELS]
    assert (made.number, made.rank, made.trial_end) == (4, 2, "cancel")
    assert plans.load(text).plan("enterprise").rank == 3


def test_a_price_that_staff_leave_out_is_retired_and_not_forgotten():
    draft = PlanDraft(
        id="pro",
        name="Pro",
        tagline="By the month.",
        extends="free",
        prices=(PriceDraft("month", 3900),),
    )
    made = plans.load(edit.with_plan(FILE, plans.load(FILE), draft)).plan("pro")
    assert [(p.lookup_key, p.amount.cents, p.retired) for p in made.prices] == [
        ("tidemark_pro_month_v1", 3900, False),
        ("tidemark_pro_year_v1", 29000, True),
    ]
    assert made.trial_days is None


def test_a_comparison_names_everything_once():
    found = compare.compared(plans.load(FILE), plans.load(WITHOUT_YEAR))
    assert (
        "- price tidemark_pro_year_v1: nobody new can buy it, whoever pays it goes on"
        in found.lines
    )
    assert compare.compared(plans.load(FILE), plans.load(FILE)).lines == ()
    (cut,) = compare.compared(plans.load(FILE), plans.load(STRICTER)).cuts
    assert (cut.plan, cut.feature, cut.before, cut.after) == ("free", Feature.WATCHLIST_ITEMS, 5, 2)
