import stat

import pytest

from saas_app.core.settings import Settings, UnsafeSettings, prepared
from tests.conftest import given_settings

SAFE = {
    "env": "production",
    "public_url": "https://tide.example",
    "secret_keys": ["k" * 32],
    "stripe_secret_key": "sk_live_1",
    "smtp_url": "smtp://mail.example:587",
}


def faults(tmp_path, **values):
    return Settings(_env_file=None, data_dir=tmp_path, **values).faults()


def test_a_complete_production_set_has_no_faults(tmp_path):
    assert faults(tmp_path, **SAFE) == []


def test_every_fault_of_a_production_start_is_named_at_once(tmp_path):
    named = faults(tmp_path, env="production")
    for setting in ("SECRET_KEYS", "PUBLIC_URL", "STRIPE_SECRET_KEY", "SMTP_URL"):
        assert any(setting in sentence for sentence in named), setting


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"public_url": "http://tide.example"}, "https://"),
        ({"secret_keys": ["short"]}, "shorter than 32"),
        ({"stripe_api_base": "http://127.0.0.1:1"}, "STRIPE_API_BASE"),
        ({"telegram_base_url": "http://api.telegram.org"}, "TELEGRAM_BASE_URL"),
        ({"webhooks_to_loopback": True}, "WEBHOOKS_TO_LOOPBACK"),
        ({"twilio_account_sid": "AC1"}, "TWILIO_AUTH_TOKEN"),
        ({"google_client_id": "x"}, "GOOGLE_CLIENT_SECRET"),
        ({"github_base_url": "http://github.com"}, "GITHUB_BASE_URL"),
    ],
)
def test_an_unsafe_production_start_is_refused(tmp_path, change, says):
    with pytest.raises(UnsafeSettings, match=says):
        prepared(Settings(_env_file=None, data_dir=tmp_path, **{**SAFE, **change}))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"stripe_secret_key": "sk_test_1"}, ()),
        ({"stripe_secret_key": "rk_test_1", "stripe_publishable_key": "pk_test_1"}, ()),
        ({"stripe_secret_key": "pk_test_1"}, ("STRIPE_SECRET_KEY",)),
        ({"stripe_publishable_key": "sk_test_1"}, ("STRIPE_PUBLISHABLE_KEY",)),
        (
            {"stripe_secret_key": "sk_test_1", "stripe_publishable_key": "pk_live_1"},
            ("different modes",),
        ),
        (
            {**SAFE, "stripe_publishable_key": "pk_test_1", "stripe_webhook_secrets": ["we_1"]},
            ("different modes", "STRIPE_WEBHOOK_SECRETS"),
        ),
        (
            {"stripe_secret_key": "sk_live_1", "stripe_api_base": "http://localhost:8420"},
            ("STRIPE_API_BASE", "https://"),
        ),
    ],
)
def test_row_32_mixed_settings_are_refused_with_every_fault_named(tmp_path, given, named):
    found = faults(tmp_path, **given)
    assert len(found) == len(named)
    for sentence, word in zip(found, named, strict=True):
        assert word in sentence


def test_development_makes_a_secret_once_and_keeps_it_private(tmp_path):
    first = prepared(Settings(_env_file=None, data_dir=tmp_path / "new"))
    second = prepared(Settings(_env_file=None, data_dir=tmp_path / "new"))
    assert first.secret_keys == second.secret_keys
    assert len(first.secret_keys[0]) >= 32
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600


def test_row_32_the_sandbox_is_for_development_without_a_stripe_key(tmp_path):
    assert given_settings(tmp_path).sandboxed
    assert not given_settings(tmp_path, stripe_secret_key="sk_test_1").sandboxed
    assert not Settings(_env_file=None, data_dir=tmp_path, **SAFE).sandboxed


def test_the_origin_follows_the_port_unless_it_is_given(tmp_path):
    assert given_settings(tmp_path, port=8123).origin == "http://localhost:8123"
    assert (
        given_settings(tmp_path, public_url="https://tide.example/").origin
        == "https://tide.example"
    )


def test_a_postgres_address_gets_our_driver(tmp_path):
    given = given_settings(tmp_path, database_url="postgres://u@h/db")
    assert given.database == "postgresql+psycopg://u@h/db"
    assert not given.on_sqlite


def test_lists_are_split_at_commas(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", "new, old")
    assert Settings(_env_file=None, data_dir=tmp_path).stripe_webhook_secrets == ["new", "old"]
