"""Every sealed column is known to `keys rotate`, and rotating brings all of them under the newest secret."""

from datetime import timedelta

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from saas_app import cli
from saas_app.accounts.second_factor.models import Totp
from saas_app.billing import secrets
from saas_app.billing.models import WebhookEndpoint
from saas_app.core import clock, resealing
from saas_app.core.crypto import CannotOpen, seal, unseal
from saas_app.core.db import snapshot, transaction
from saas_app.sealed import SEALED, SHORT_LIVED
from saas_app.tables import schema
from tests.support.billing_world import new_user

OLD, NEW = "o" * 32, "n" * 32


def test_every_sealed_column_is_rotated_or_short_lived():
    columns = {
        f"{table.name}.{column.name}"
        for table in schema().tables.values()
        for column in table.columns
        if "sealed" in column.name
    }
    assert columns == {sealed.name for sealed in SEALED} | SHORT_LIVED


def place(user_id):
    return f"totp.sealed_secret.{user_id}"


@pytest.fixture
def sealed_under_the_old(database, configured, monkeypatch):
    """Five apps and a webhook endpoint, in batches of two."""
    monkeypatch.setattr(resealing, "_BATCH", 2)
    configured.secret_keys = [OLD]
    with transaction() as session:
        secrets.keep(
            session, endpoint="we_1", url="https://x", version="1", live=False, secret="whsec"
        )
    for number in range(5):
        user = new_user(f"person{number}")
        with transaction() as session:
            at = clock.wall()
            row = Totp(
                user_id=user.id,
                sealed_secret=seal(f"secret {number}", place=place(user.id)),
                created_at=at,
                confirmed_at=at,
            )
            session.add(row)
    configured.secret_keys = [NEW, OLD]
    return configured


def rotates():
    return CliRunner().invoke(cli.keys.app, [])


def opened():
    with snapshot() as session:
        return [
            unseal(row.sealed_secret, place=place(row.user_id))
            for row in session.exec(select(Totp).order_by(Totp.user_id))
        ]


@pytest.mark.db
def test_after_rotating_the_old_secret_is_needed_no_more(sealed_under_the_old):
    said = rotates()
    assert said.exit_code == 0
    assert "totp.sealed_secret: 5 sealed anew, 0 were already, 0 cannot be opened." in said.output
    sealed_under_the_old.secret_keys = [NEW]
    assert opened() == [f"secret {number}" for number in range(5)]
    with snapshot() as session:
        row = session.exec(select(WebhookEndpoint)).one()
        assert unseal(row.sealed_secret, place=secrets._place("we_1")) == "whsec"


@pytest.mark.db
def test_rotating_twice_changes_nothing_the_second_time(sealed_under_the_old):
    rotates()
    assert "0 sealed anew, 5 were already" in rotates().output


@pytest.mark.db
def test_a_run_that_was_stopped_is_finished_by_the_next(sealed_under_the_old, monkeypatch):
    whole, seen = resealing._renew_batch, []

    def once(sealed, rows):
        if seen:
            raise KeyboardInterrupt
        seen.append(1)
        return whole(sealed, rows)

    monkeypatch.setattr(resealing, "_renew_batch", once)
    with pytest.raises(KeyboardInterrupt):
        resealing.renew(SEALED[0])
    monkeypatch.setattr(resealing, "_renew_batch", whole)
    assert resealing.renew(SEALED[0]) == resealing.Outcome(renewed=3, already=2)


@pytest.mark.db
def test_what_cannot_be_opened_stays_and_is_counted(sealed_under_the_old):
    sealed_under_the_old.secret_keys = [NEW]
    said = rotates()
    assert said.exit_code != 0
    assert "0 sealed anew, 0 were already, 5 cannot be opened" in said.output
    sealed_under_the_old.secret_keys = [NEW, OLD]
    assert len(opened()) == 5


@pytest.mark.db
def test_a_secret_that_changes_meanwhile_is_not_put_back(sealed_under_the_old, monkeypatch):
    rows = resealing._batch(SEALED[0], None)
    newer = seal("a new app", place=place(rows[0].user_id))
    with transaction() as session:
        row = session.get(Totp, rows[0].user_id)
        row.sealed_secret, row.created_at = newer, clock.wall() + timedelta(seconds=1)
        session.add(row)
    assert resealing._renew_batch(SEALED[0], rows).renewed == 1
    assert opened()[0] == "a new app"


def test_a_sealed_text_opens_in_its_own_place_only(configured):
    with pytest.raises(CannotOpen):
        unseal(seal("x", place=place(1)), place=place(2))
