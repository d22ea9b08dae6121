from pathlib import Path

import pytest
from sqlmodel import select

from saas_app.billing import events, offer, publication, secrets
from saas_app.billing.models import WebhookEndpoint
from saas_app.billing.stripe import client
from saas_app.core.db import snapshot
from saas_app.plans import catalogue as plans
from saas_app.plans.faults import CatalogueRefused
from tests.support.billing_world import buy, new_tenant, subscriptions_of

pytestmark = pytest.mark.db
OURS = Path(offer.__file__).parents[2] / "catalogs"


def changed(monkeypatch, name: str = "tidemark", **replaced: str) -> None:
    text = (OURS / f"{name}.toml").read_text()
    for old, new in replaced.values():
        assert old in text
        text = text.replace(old, new)
    monkeypatch.setattr(offer, "catalogue", lambda: plans.load(text))


def endpoints() -> list:
    return client.made().v1.webhook_endpoints.list().data


def price(lookup_key: str):
    found = client.made().v1.prices.list({"lookup_keys": [lookup_key]}).data
    return found[0] if found else None


@pytest.mark.usefixtures("stripe_world")
def test_the_second_time_changes_nothing():
    assert publication.apply() == []
    assert (
        price("tidemark_pro_month_v1").unit_amount,
        price("tidemark_pro_year_v1").unit_amount,
    ) == (
        2900,
        29000,
    )


def test_an_empty_stripe_is_filled_and_told_about(stripe_world):
    stripe_world.reset()
    assert publication.apply() == [
        "created product pro",
        "created price tidemark_pro_month_v1",
        "created price tidemark_pro_year_v1",
        "created meter tidemark_sms",
        "created webhook endpoint",
        "created thin event destination",
    ]


def test_another_amount_is_another_price_and_nobody_is_moved(stripe_world, monkeypatch):
    ada = new_tenant()
    buy(stripe_world, ada)
    old = price("tidemark_pro_month_v1")
    changed(monkeypatch, raised=("amount = 2900 }", "amount = 3900 }"))

    assert publication.apply() == ["replaced price tidemark_pro_month_v1"]
    assert publication.apply() == []

    new = price("tidemark_pro_month_v1")
    assert (new.unit_amount, new.active) == (3900, True)
    assert not client.made().v1.prices.retrieve(old.id).active
    running = client.made().v1.subscriptions.retrieve(subscriptions_of(ada)[0].stripe_id)
    assert running.items.data[0].price.id == old.id


@pytest.mark.usefixtures("stripe_world")
def test_a_price_that_left_the_catalogue_is_archived(monkeypatch):
    line = '  { lookup_key = "tidemark_pro_year_v1", interval = "year", amount = 29000 },\n'
    changed(monkeypatch, dropped=(line, ""))
    assert publication.apply() == ["archived price tidemark_pro_year_v1"]
    assert publication.apply() == []


@pytest.mark.usefixtures("stripe_world")
def test_another_catalogue_in_the_same_account_is_left_alone(monkeypatch):
    changed(monkeypatch, "binance-dashboard")
    assert publication.apply()
    assert price("tidemark_pro_month_v1").active


@pytest.mark.usefixtures("stripe_world")
def test_a_new_name_is_an_update(monkeypatch):
    changed(monkeypatch, renamed=('name = "Pro"', 'name = "Professional"'))
    assert publication.apply() == ["updated product pro"]
    assert publication.apply() == []


@pytest.mark.usefixtures("stripe_world")
def test_the_endpoint_listens_to_our_events_in_our_version(configured):
    (made,) = endpoints()
    assert made.url == f"{configured.origin}/api/stripe/webhook"
    assert made.api_version == client.API_VERSION
    assert set(made.enabled_events) == {*events.LISTENED, *events.ABOUT_THE_CATALOGUE}


@pytest.mark.usefixtures("stripe_world")
def test_the_secret_of_the_endpoint_is_sealed_and_in_use():
    with snapshot() as session:
        rows = session.exec(select(WebhookEndpoint)).all()
    assert [row.sealed_secret.startswith("whsec_") for row in rows] == [False, False]
    assert [s.startswith("whsec_") for s in secrets.current()] == [True, True, True]


@pytest.mark.usefixtures("stripe_world")
def test_an_endpoint_whose_secret_nobody_kept_is_made_again(configured):
    configured.stripe_webhook_secrets = []
    (old,) = endpoints()
    with publication.transaction() as session:
        session.delete(session.get_one(WebhookEndpoint, endpoints()[0].id))
    assert publication.apply() == ["created webhook endpoint", "removed an old webhook endpoint"]
    (new,) = endpoints()
    assert new.id != old.id
    assert publication.apply() == []


@pytest.mark.usefixtures("stripe_world")
def test_an_endpoint_made_by_hand_is_kept_where_settings_hold_its_secret():
    with publication.transaction() as session:
        session.delete(session.get_one(WebhookEndpoint, endpoints()[0].id))
    assert publication.apply() == []


@pytest.mark.usefixtures("stripe_world")
def test_an_endpoint_that_listens_to_less_is_brought_up_to_date():
    (made,) = endpoints()
    client.made().v1.webhook_endpoints.update(made.id, {"enabled_events": ["invoice.paid"]})
    assert publication.apply() == ["updated webhook endpoint"]
    assert publication.apply() == []


@pytest.mark.usefixtures("stripe_world")
def test_a_price_nobody_decided_never_reaches_real_money(configured, monkeypatch):
    changed(monkeypatch, "terminal")
    configured.stripe_secret_key = type(configured.stripe_secret_key)("sk_live_x")
    with pytest.raises(CatalogueRefused):
        publication.apply()


@pytest.mark.usefixtures("stripe_world")
def test_a_changed_secret_of_ours_seals_the_endpoints_anew(configured):
    configured.stripe_webhook_secrets = []
    known = secrets.current()
    old = configured.secret_keys
    configured.secret_keys = ["n" * 32, *old]
    assert publication.apply() == []
    configured.secret_keys = ["n" * 32]
    secrets.forget()
    assert secrets.current() == known


@pytest.mark.usefixtures("stripe_world")
def test_an_endpoint_whose_secret_is_sealed_shut_is_made_again(configured):
    (old,) = endpoints()
    configured.stripe_webhook_secrets = []
    configured.secret_keys = ["n" * 32]
    secrets.forget()
    assert secrets.current() == ()
    assert publication.apply() == [
        "created webhook endpoint",
        "removed an old webhook endpoint",
        "created thin event destination",
        "removed an old thin event destination",
    ]
    (new,) = endpoints()
    assert new.id != old.id
    assert [secret.startswith("whsec_") for secret in secrets.current()] == [True, True]
