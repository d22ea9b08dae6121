"""What reaches a person is theirs to choose, but for what keeps account and money safe."""

import pytest
from sqlmodel import select

from saas_app.accounts.people import addressee
from saas_app.core import tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid, NotFound
from saas_app.notifications import dispatch, mail, matrix, preferences, unsubscribe
from saas_app.notifications.matrix import EVENTS, Channel
from saas_app.notifications.models import Mail, Notification
from tests.support.billing_world import NoPost, new_tenant

pytestmark = pytest.mark.db
FACTS = {
    "plan": "Pro",
    "free": "Free",
    "trial_end": "",
    "ends": "",
    "grace_until": "",
    "retry": "",
    "pay_link": "",
}


@pytest.fixture
def ada(database):
    tasks.install(NoPost())
    return new_tenant()


def chooses(tenant, event, channel, *, wanted):
    with transaction() as session:
        preferences.choose(session, tenant.owner.id, event, channel, wanted=wanted)


def told(tenant, kind, key="k"):
    with transaction() as session:
        to = addressee(tenant.owner)
        dispatch.notify(session, to, key=key, kind=kind, by_mail=True, **FACTS)
    with snapshot() as session:
        letters = session.exec(select(Mail)).all()
        return len(dispatch.latest(session, tenant.owner.id)), letters


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("billing.payment_failed", "payment"),
        ("billing.trial_ending", "trial"),
        ("billing.canceled", "plan"),
        ("alert.fired", "alerts"),
        ("staff.dead_letter", None),
    ],
)
def test_a_kind_belongs_to_the_most_particular_row(kind, event):
    found = matrix.of_kind(kind)
    assert (found.id if found else None) == event


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.id)
def test_a_row_wants_nothing_that_it_does_not_offer(event):
    assert event.wanted <= event.offered
    assert not event.always & event.offered


def test_everybody_begins_with_the_defaults(ada):
    with snapshot() as session:
        chosen = preferences.of(session, ada.owner.id)
    assert chosen["plan", Channel.EMAIL] is True
    assert chosen["alerts", Channel.EMAIL] is False
    assert chosen["security", Channel.EMAIL] is True


def test_a_letter_that_is_not_wanted_is_not_written(ada):
    chooses(ada, "plan", "email", wanted=False)
    shown, letters = told(ada, "billing.started")
    assert (shown, letters) == (1, [])
    chooses(ada, "plan", "email", wanted=True)
    _, letters = told(ada, "billing.resumed", "k2")
    assert len(letters) == 1


def test_trouble_with_a_payment_always_comes(ada):
    with pytest.raises(Invalid):
        chooses(ada, "payment", "email", wanted=False)
    _, letters = told(ada, "billing.payment_failed")
    assert len(letters) == 1
    assert letters[0].list_name == ""


@pytest.mark.parametrize(
    ("event", "channel"),
    [("made-up", "email"), ("plan", "pigeon"), ("plan", "in_app"), ("plan", "sms")],
)
def test_what_is_not_offered_cannot_be_chosen(ada, event, channel):
    with pytest.raises(Invalid):
        chooses(ada, event, channel, wanted=False)


def test_what_is_not_wanted_in_the_app_is_hidden_and_still_told_once(ada):
    chooses(ada, "alerts", "in_app", wanted=False)
    with transaction() as session:
        for _ in range(2):
            dispatch.notify(session, addressee(ada.owner), key="k", kind="alert.fired")
    with snapshot() as session:
        assert dispatch.latest(session, ada.owner.id) == []
        assert dispatch.unread(session, ada.owner.id) == 0
        assert len(session.exec(select(Notification)).all()) == 1


def test_a_letter_of_a_list_can_be_left_with_one_click(ada):
    _, (letter,) = told(ada, "billing.started")
    made = mail.message(letter)
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = made["List-Unsubscribe"].strip("<>").partition("token=")[2]
    assert f"/unsubscribe?token={token}" in letter.body
    for _ in range(2):
        with transaction() as session:
            assert unsubscribe.leave(session, token) == "plan"
    _, letters = told(ada, "billing.resumed", "k2")
    assert len(letters) == 1


def test_a_letter_nobody_can_leave_does_not_pretend(ada):
    _, (letter,) = told(ada, "billing.payment_failed")
    assert mail.message(letter)["List-Unsubscribe"] is None
    assert "unsubscribe" not in letter.body


@pytest.mark.parametrize("change", ["", "1.plan.made-up", "2.{rest}", "{whole}x"])
def test_a_made_up_way_out_leads_nowhere(ada, change):
    whole = unsubscribe.token(ada.owner.id, "plan")
    given = change.format(rest=whole.partition(".")[2], whole=whole)
    with pytest.raises(NotFound), transaction() as session:
        unsubscribe.leave(session, given)


def test_a_way_out_of_an_older_secret_still_works(ada, configured):
    token = unsubscribe.token(ada.owner.id, "plan")
    configured.secret_keys = ["n" * 32, *configured.secret_keys]
    with transaction() as session:
        assert unsubscribe.leave(session, token) == "plan"


def test_another_persons_choice_is_their_own(ada):
    eve = new_tenant("eve")
    chooses(eve, "plan", "email", wanted=False)
    _, letters = told(ada, "billing.started")
    assert len(letters) == 1
