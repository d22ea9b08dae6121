import contextlib
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from saas_app.core import clock, db, live
from saas_app.onboarding.models import Preferences
from saas_app.workspaces.models import Workspace
from tests.support.billing_world import new_user

pytestmark = pytest.mark.db


def stored():
    with db.snapshot() as session:
        return session.exec(select(Workspace.key)).all()


def workspace(key):
    return Workspace(key=key, name=key, created_at=clock.wall())


def test_a_transaction_is_kept_when_its_block_ends(database):
    with db.transaction() as session:
        session.add(workspace("a"))
    assert stored() == ["a"]


def test_a_transaction_is_undone_when_its_block_raises(database):
    seen = []
    with contextlib.suppress(KeyError), db.transaction() as session:
        session.add(workspace("a"))
        db.after_commit(session, lambda: seen.append("told"))
        raise KeyError
    assert stored() == []
    assert seen == []


def test_effects_run_after_the_commit_and_in_order(database):
    seen = []
    with db.transaction() as session:
        session.add(workspace("a"))
        db.after_commit(session, lambda: seen.append(list(stored())))
        db.after_commit(session, lambda: seen.append("second"))
    assert seen == [["a"], "second"]


def test_a_transaction_inside_another_is_refused(database):
    with db.transaction(), pytest.raises(db.NestedTransaction), db.transaction():
        pass
    with db.transaction() as session:
        session.add(workspace("still works"))
    assert stored() == ["still works"]


def test_writers_take_turns_and_none_is_lost(database):
    person = new_user("ada")
    with db.transaction() as session:
        session.add(Preferences(user_id=person.id, step=0, updated_at=person.created_at))

    def step_on():
        for _ in range(20):
            with db.transaction() as session:
                row = session.get(Preferences, person.id, with_for_update=True)
                row.step += 1
                session.add(row)

    threads = [threading.Thread(target=step_on) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.snapshot() as session:
        assert session.get(Preferences, person.id).step == 100


def test_a_reader_does_not_wait_for_a_writer(database):
    with db.transaction() as session:
        session.add(workspace("unfinished"))
        session.flush()
        assert stored() == []


def test_foreign_keys_hold(database):
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.connection().execute(
            text(
                "insert into membership (workspace_id, user_id, role, created_at) values (99, 99, 'owner', '2026-01-01')"
            )
        )


def test_news_is_told_only_after_the_commit(database):
    """On PostgreSQL the news travels by NOTIFY, which commits with its transaction."""
    topic = live.workspace_topic(1)
    before = live.HUB.version(topic)
    with db.transaction() as session:
        live.publish(session, topic)
        assert live.HUB.version(topic) == before
    assert live.HUB.version(topic) == before + (database == "sqlite")


def test_a_commit_outlives_a_power_cut(database, configured):
    on_disk = "pragma synchronous" if database == "sqlite" else "show synchronous_commit"
    # The suite's own databases do not wait for a disk; this asks one as the product opens it.
    opened = db.made(configured.database_url.partition("?options=")[0])
    with opened.connect() as connection:
        assert connection.execute(text(on_disk)).scalar() in {2, "on"}
    opened.dispose()
