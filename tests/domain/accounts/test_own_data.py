"""What we hold is handed out whole, and forgotten whole, but for what the law wants kept."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import col, select

from saas_app import wiring
from saas_app.accounts import sessions
from saas_app.accounts.models import LoginSession, User
from saas_app.accounts.own_data import archive, deletion, export, held
from saas_app.accounts.own_data.models import AccountDeletion, DataExport
from saas_app.audit import trail
from saas_app.audit.models import AuditPersonal
from saas_app.audit.trail import Origin
from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict, NotFound
from saas_app.market import watchlist
from saas_app.market.models import WatchlistItem
from saas_app.notifications import dispatch
from saas_app.notifications.models import Mail, Notification
from saas_app.onboarding import wizard
from saas_app.onboarding.models import Preferences
from saas_app.tables import schema
from saas_app.workspaces.models import Membership, Workspace
from tests.conftest import InlineTasks
from tests.support.billing_world import (
    NoPost,
    add_member,
    new_tenant,
    new_user,
    reloaded,
)
from tests.support.racing import raced

pytestmark = pytest.mark.db
HERE = Origin("203.0.113.7", "Firefox")


@pytest.fixture
def ada(database):
    """Somebody who used everything there is."""
    wiring.install()
    tasks.install(NoPost())
    return used_everything(new_tenant())


def used_everything(tenant):
    with transaction() as session:
        user_id = tenant.owner.id
        sessions.start(session, tenant.owner, tenant.id, remember=True, origin=HERE)
        wizard.answer(session, user_id, "markets", ["forex"])
        watchlist.add(session, tenant.id, user_id, "EURUSD", "H1")
        dispatch.notify(
            session, dispatch.Addressee(user_id, tenant.owner.email, "Ada"), key="k", kind="harbour"
        )
        trail.record(session, "session.started", actor_id=user_id, origin=HERE)
    return tenant


def asked_for(tenant):
    tasks.install(InlineTasks())
    with transaction() as session:
        key = export.request(session, tenant.owner.id).key
    with snapshot() as session:
        return key, zipfile.ZipFile(io.BytesIO(export.opened(session, tenant.owner.id, key)))


def letters():
    with snapshot() as session:
        return [row.subject for row in session.exec(select(Mail).order_by(col(Mail.id)))]


@pytest.fixture
def unsent(monkeypatch):
    run = tasks.Task("mail.send", lambda _payload: None, 1)
    monkeypatch.setitem(tasks.REGISTRY, "mail.send", run)


def test_an_archive_holds_everything_in_json_and_csv(ada, unsent):
    _, opened = asked_for(ada)
    tables = json.loads(opened.read("data.json"))
    assert tables["user"][0]["email"] == "ada@example.com"
    assert tables["preferences"][0]["markets"] == ["forex"]
    assert tables["watchlist_item"][0]["symbol"] == "EURUSD"
    assert tables["login_session"][0]["agent"] == "Firefox"
    rows = list(csv.DictReader(io.StringIO(opened.read("csv/watchlist_item.csv").decode())))
    assert [row["symbol"] for row in rows] == ["EURUSD"]
    assert "ada@example.com" in opened.read("README.txt").decode()
    assert letters()[-1] == "Your archive is ready"


def test_an_archive_holds_nothing_of_anybody_else(ada, unsent):
    used_everything(new_tenant("eve"))
    _, opened = asked_for(ada)
    assert all(b"eve@" not in opened.read(name) for name in opened.namelist())


def test_an_archive_is_nobody_elses_and_gone_after_a_week(ada, unsent):
    key, _ = asked_for(ada)
    with snapshot() as session, pytest.raises(NotFound):
        export.opened(session, new_user("eve").id, key)
    with time_machine.travel(clock.wall() + export.KEPT_FOR, tick=False):
        with snapshot() as session, pytest.raises(NotFound):
            export.opened(session, ada.owner.id, key)
        with transaction() as session:
            assert export.purge(session) == 1
            assert session.exec(select(DataExport.archive)).one() == b""


def test_a_second_wish_waits_for_the_first_unless_that_is_stuck(ada):
    with transaction() as session:
        export.request(session, ada.owner.id)
    with pytest.raises(Conflict), transaction() as session:
        export.request(session, ada.owner.id)
    later = clock.wall() + timedelta(hours=2)
    with time_machine.travel(later, tick=False), transaction() as session:
        export.request(session, ada.owner.id)


def test_a_cell_never_becomes_a_formula():
    packed = archive.packed({"user": [{"name": "=cmd|calc", "n": -1}]}, {}, readme="")
    text = zipfile.ZipFile(io.BytesIO(packed)).read("csv/user.csv").decode()
    assert text.splitlines() == ["name,n", "'=cmd|calc,-1"]


def wishes(tenant):
    with transaction() as session:
        return deletion.request(session, tenant.owner.id)


def days_later(days):
    clock.set_lead(timedelta(days=days))
    return clock.now()


def left_of(tenant):
    """What still speaks of the person, table by table."""
    found = {}
    with snapshot() as session:
        for model in (LoginSession, Preferences, Notification, Membership):
            rows = session.exec(select(model).where(model.user_id == tenant.owner.id)).all()
            if rows:
                found[model.__tablename__] = rows
        if session.exec(select(WatchlistItem).where(WatchlistItem.workspace_id == tenant.id)).all():
            found["watchlist_item"] = True
    return found


def test_a_wish_is_carried_out_after_fourteen_days_and_leaves_a_tombstone(ada):
    wishes(ada)
    assert deletion.carry_out_due(days_later(13.9)) == 0
    assert reloaded(ada.owner).email == "ada@example.com"
    assert deletion.carry_out_due(days_later(14)) == 1
    tomb = reloaded(ada.owner)
    assert (tomb.name, tomb.password_hash, tomb.is_staff) == ("", "", False)
    assert tomb.email.endswith("@erased.invalid")
    assert tomb.erased_at is not None
    assert left_of(ada) == {}
    with snapshot() as session:
        assert session.get(Workspace, ada.id).name == ""
        assert session.get(Workspace, ada.id).deleted_at is not None


def test_nothing_of_the_person_is_left_in_any_table(ada):
    wishes(ada)
    deletion.carry_out_due(days_later(14))
    with snapshot() as session:
        telling = [
            (table.name, row)
            for table in schema().sorted_tables
            for row in session.connection().execute(table.select())
            if "ada@example.com" in str(row) or "Ada" in str(row)
        ]
    # The farewell must reach its reader: its envelope goes with the purge of letters.
    assert [name for name, _ in telling] == ["mail"]


def test_another_persons_things_stay(ada):
    eve = used_everything(new_tenant("eve"))
    wishes(ada)
    deletion.carry_out_due(days_later(14))
    assert set(left_of(eve)) == {
        "login_session",
        "preferences",
        "notification",
        "membership",
        "watchlist_item",
    }


def test_the_audit_chain_still_holds_and_knows_no_address(ada):
    wishes(ada)
    deletion.carry_out_due(days_later(14))
    with snapshot() as session:
        assert trail.first_broken(session) is None
        assert session.exec(select(AuditPersonal)).all() == []


def test_a_change_of_mind_keeps_everything(ada):
    wishes(ada)
    with transaction() as session:
        assert deletion.take_back(session, ada.owner.id) is True
        assert deletion.take_back(session, ada.owner.id) is False
    assert deletion.carry_out_due(days_later(20)) == 0
    assert reloaded(ada.owner).email == "ada@example.com"
    again = wishes(ada)
    assert again.due_at == again.requested_at + deletion.TIME_TO_THINK


def test_a_change_of_mind_while_others_are_erased_ends_nothing_outside(ada, monkeypatch):
    eve = used_everything(new_tenant("eve"))
    both = {wishes(ada).user_id, wishes(eve).user_id}
    left: list[int] = []

    def leave(user_id):
        left.append(user_id)
        with transaction() as session:
            for other in both - {user_id}:
                deletion.take_back(session, other)

    monkeypatch.setitem(held._slices, "outside", held.Slice(before=leave))
    assert deletion.carry_out_due(days_later(14)) == 1
    assert len(left) == 1


def test_asking_twice_is_one_wish(ada):
    assert wishes(ada).id == wishes(ada).id
    assert [one for one in letters() if one.startswith("Your account closes on")] == letters()[-1:]


def test_wishes_made_at_once_are_taken_back_together(ada):
    raced(lambda _: wishes(ada), 12)
    with transaction() as session:
        assert deletion.take_back(session, ada.owner.id) is True
    assert deletion.carry_out_due(days_later(20)) == 0
    assert reloaded(ada.owner).email == "ada@example.com"
    with snapshot() as session:
        assert len(session.exec(select(AccountDeletion)).all()) == 1


def test_a_reminder_goes_out_once_three_days_before(ada):
    wishes(ada)
    assert deletion.remind(days_later(10)) == 0
    for _ in range(2):
        deletion.remind(days_later(11.5))
    assert len([one for one in letters() if one.startswith("Three days left")]) == 1


def test_of_many_that_carry_it_out_at_once_one_does(ada):
    wishes(ada)
    now = days_later(14)
    raced(lambda _: deletion.carry_out_due(now), 8)
    assert letters().count("Your account is closed") == 1


def test_an_address_is_free_again_once_its_account_is_gone(ada):
    wishes(ada)
    deletion.carry_out_due(days_later(14))
    assert new_user("ada").id != ada.owner.id


def test_the_owner_of_a_team_hands_it_over_first(ada):
    add_member(ada, new_user("ben"))
    with pytest.raises(Conflict, match="You own"):
        wishes(ada)
    with snapshot() as session:
        assert session.exec(select(AccountDeletion)).all() == []


def test_a_member_of_a_team_goes_alone(ada):
    ben = new_tenant("ben")
    add_member(ada, ben.owner)
    wishes(ben)
    deletion.carry_out_due(days_later(14))
    with snapshot() as session:
        assert session.get(Membership, (ada.id, ben.owner.id)) is None
        assert session.get(Workspace, ada.id).deleted_at is None
        assert session.exec(select(User.id).where(col(User.erased_at).is_not(None))).all() == [
            ben.owner.id
        ]
    assert left_of(ada) != {}
