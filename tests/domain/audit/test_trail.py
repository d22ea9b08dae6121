from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlmodel import delete, select

from saas_app.audit import trail
from saas_app.audit.models import AuditLog, AuditPersonal
from saas_app.audit.trail import Origin
from saas_app.core import db
from saas_app.core.db import snapshot, transaction
from tests.support.racing import raced

pytestmark = pytest.mark.db
HERE = Origin("203.0.113.9", "Firefox")


def record(event, **more):
    with transaction() as session:
        trail.record(session, event, **more)


def broken():
    with snapshot() as session:
        return trail.first_broken(session)


@pytest.fixture
def chain(database):
    for number in range(1, 5):
        record(f"event.{number}", actor_id=number, workspace_id=7, origin=HERE, thing=f"x{number}")


def test_an_untouched_chain_proves_itself(chain):
    assert broken() is None


def test_an_empty_chain_proves_itself(database):
    assert broken() is None


@pytest.mark.parametrize(
    "change",
    [
        "event = 'another'",
        "actor_id = 99",
        "workspace_id = null",
        'data = \'{"thing": "y"}\'',
        "created_at = '2001-01-01 00:00:00'",
        "personal_digest = 'x'",
        "previous_digest = 'x'",
        "digest = 'x'",
    ],
)
def test_a_changed_row_is_found(chain, change):
    with transaction() as session:
        session.connection().execute(text(f"update audit_log set {change} where id = 2"))
    assert broken() == 2


def test_a_row_taken_out_is_found_at_the_next(chain):
    with transaction() as session:
        session.exec(delete(AuditPersonal).where(AuditPersonal.audit_id == 2))
        session.exec(delete(AuditLog).where(AuditLog.id == 2))
    assert broken() == 3


@pytest.mark.parametrize("change", ["address = '198.51.100.1'", "agent = 'curl'", "salt = 'x'"])
def test_a_changed_address_is_found(chain, change):
    with transaction() as session:
        session.connection().execute(text(f"update audit_personal set {change} where audit_id = 3"))
    assert broken() == 3


def test_erasing_personal_data_leaves_the_chain_provable(chain):
    with transaction() as session:
        session.exec(delete(AuditPersonal).where(AuditPersonal.audit_id == 3))
    assert broken() is None
    with snapshot() as session:
        assert "203.0.113.9" not in str(
            [row.model_dump() for row in session.exec(select(AuditLog))]
        )


def test_the_same_address_leaves_no_trace_that_could_be_compared(chain):
    with snapshot() as session:
        digests = session.exec(select(AuditLog.personal_digest)).all()
    assert len(set(digests)) == 4


def test_what_was_undone_was_never_recorded(database):
    with suppress(ZeroDivisionError), transaction() as session:
        trail.record(session, "event.1")
        raise ZeroDivisionError
    assert broken() is None
    with snapshot() as session:
        assert session.exec(select(AuditLog)).all() == []


def test_writers_that_race_extend_one_chain(database):
    refused = [answer for answer in raced(lambda n: record(f"event.{n}")) if answer is not None]
    assert refused == []
    with snapshot() as session:
        rows = session.exec(select(AuditLog).order_by(AuditLog.id)).all()
    assert len(rows) == 8
    assert len({row.previous_digest for row in rows}) == 8
    assert broken() is None


def test_the_chain_is_proved_in_any_time_zone(chain, database):
    """PostgreSQL hands instants out in the connection's own zone: the digest must not care."""
    if database == "postgresql":
        with transaction() as session:
            name = db.engine().url.database
            session.connection().execute(
                text(f"alter database \"{name}\" set timezone to 'Asia/Tokyo'")
            )
        db.dispose()
    record("event.5")
    assert broken() is None
