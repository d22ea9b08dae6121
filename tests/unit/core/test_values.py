from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas_app.core import clock, crypto, ids, logs, money, texts, tokens
from saas_app.core.money import DifferentCurrencies, Money
from tests.conftest import given_settings


@pytest.mark.parametrize(
    ("cents", "currency", "words"),
    [
        (2900, "usd", "$29.00"),
        (129000, "usd", "$1,290.00"),
        (999, "eur", "€9.99"),
        (-5, "usd", "-$0.05"),
        (500, "jpy", "JPY 500"),
        (0, "gbp", "£0.00"),
    ],
)
def test_money_is_written_with_its_currency(cents, currency, words):
    assert money.written(cents, currency) == words


def test_two_currencies_never_add_up():
    with pytest.raises(DifferentCurrencies):
        Money(1, "usd") + Money(1, "eur")


@given(st.integers(), st.integers())
def test_money_adds_without_loss(left, right):
    assert (Money(left) + Money(right)).cents == left + right


def test_ids_sort_by_creation_and_never_repeat():
    made = [ids.new("ws") for _ in range(500)]
    assert len(set(made)) == 500
    assert all(one.startswith("ws_") and len(one) == len("ws_") + 25 for one in made)


def test_an_id_made_a_second_later_sorts_behind(time_machine):
    time_machine.move_to("2026-11-21T09:00:00Z", tick=False)
    first = ids.new("ws")
    time_machine.move_to("2026-11-21T09:00:01Z", tick=False)
    assert first < ids.new("ws")


def test_a_token_is_stored_only_as_its_digest():
    issued = tokens.issue()
    assert issued.plain not in issued.digest
    assert tokens.digest(issued.plain) == issued.digest


def test_a_sealed_secret_opens_only_in_its_place():
    sealed = crypto.seal("whsec_1", place="endpoint.secret.1")
    assert "whsec_1" not in sealed
    assert crypto.unseal(sealed, place="endpoint.secret.1") == "whsec_1"
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(sealed, place="endpoint.secret.2")


def test_an_older_secret_still_opens_what_it_sealed(configured):
    sealed = crypto.seal("kept", place="p")
    configured.secret_keys = ["n" * 32, *configured.secret_keys]
    assert crypto.unseal(sealed, place="p") == "kept"
    configured.secret_keys = ["n" * 32]
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(sealed, place="p")


def test_only_the_business_clock_follows_a_jump():
    assert clock.set_lead(timedelta(days=15))
    assert timedelta(days=14, hours=23) < clock.now() - clock.wall() < timedelta(days=15, seconds=1)


def test_a_jitter_below_a_second_is_no_jump():
    clock.set_lead(timedelta(days=1))
    assert not clock.set_lead(timedelta(days=1, milliseconds=400))


def test_secrets_and_addresses_never_reach_the_log():
    line = logs.scrubbed(
        None,
        "info",
        {
            "event": "mail to ada@example.com",
            "password": "p",
            "deep": {"access_token": "t", "list": ["b@c.de"]},
        },
    )
    assert "ada@example.com" not in str(line)
    assert "b@c.de" not in str(line)
    assert line["password"] == "***"
    assert line["deep"]["access_token"] == "***"


def test_a_missing_text_is_noticed():
    with pytest.raises(texts.NoSuchText):
        texts.text("no.such.words")


def test_live_keys_are_recognised(tmp_path):
    assert given_settings(
        tmp_path, stripe_secret_key="rk_live_x", public_url="https://t.example"
    ).live
    assert not given_settings(tmp_path, stripe_secret_key="sk_test_x").live
