"""The settings pages: what they show, what they keep at once, and whose they are."""

import asyncio

import pytest

from saas_app import wiring
from saas_app.accounts import email_change, people, privacy, sessions
from saas_app.accounts.own_data import deletion, export
from saas_app.audit import trail
from saas_app.audit.trail import NOWHERE, Origin
from saas_app.core import tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.ui import agents
from saas_app.ui.pages.accounts.arrived import Arrived
from saas_app.ui.pages.accounts.dead_links import DeadLink
from saas_app.ui.pages.settings.account.state import Account
from saas_app.ui.pages.settings.appearance.state import Appearance
from saas_app.ui.pages.settings.channels.state import Channels
from saas_app.ui.pages.settings.privacy.state import Privacy
from saas_app.ui.pages.settings.profile.state import Profile
from saas_app.ui.pages.settings.security.happenings import Happenings
from saas_app.ui.pages.settings.security.log_ins import LogIns
from tests.support.billing_world import NoPost, new_tenant, reloaded
from tests.support.states import logged_in, tab

pytestmark = pytest.mark.db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ALICES = Origin("203.0.113.7", FIREFOX)


@pytest.fixture
def ada(database):
    wiring.install()
    tasks.install(NoPost())
    return new_tenant()


def opened(tenant, state, path, *calls):
    """Load a page's state, call its handlers in turn; the tab and the state."""

    async def play():
        page = tab(path, logged_in(tenant))
        await page.call(state, "load")
        for name, *arguments in calls:
            await page.call(state, name, *arguments)
        return page, await page.of(state)

    return asyncio.run(play())


def said(page):
    return asyncio.run(page.notice())


def test_the_clock_of_all_dates_is_chosen_and_given_back_to_the_browser(ada):
    page, shown = opened(
        ada, Appearance, "/settings/appearance", ("choose_zone", "America/New_York")
    )
    assert (shown.zone, shown.zone_chosen) == ("America/New_York", "America/New_York")
    assert said(page) == text("profile.saved")
    _, again = opened(ada, Appearance, "/settings/appearance", ("choose_zone", ""))
    assert again.zone_chosen == ""


def test_the_profile_keeps_name_and_bio(ada):
    form = {"name": "Ada  L.", "bio": "Trades the open."}
    _, shown = opened(ada, Profile, "/settings/profile", ("save", form))
    assert (shown.name, shown.bio) == ("Ada L.", "Trades the open.")
    assert reloaded(ada.owner).bio == "Trades the open."


def test_every_problem_stands_beside_its_field_and_what_was_typed_stays(ada):
    form = {"name": "n" * 81, "bio": "b" * 501}
    _, shown = opened(ada, Profile, "/settings/profile", ("save", form))
    assert all(shown.problems[field] for field in ("name", "bio"))
    assert (shown.name, shown.bio) == (form["name"], form["bio"])
    assert reloaded(ada.owner).name == "Ada"


def test_the_account_page_says_what_is_on_its_way_and_takes_it_back(ada):
    with transaction() as session:
        user = people.by_id(session, ada.owner.id)
        email_change.request(session, user, "ada@elsewhere.example")
    _, shown = opened(ada, Account, "/settings/account")
    assert shown.standing.waiting == "ada@elsewhere.example"
    _, shown = opened(ada, Account, "/settings/account", ("keep_email",))
    assert shown.standing.waiting == ""


def test_the_account_page_says_when_it_closes_and_what_stays(ada):
    with transaction() as session:
        deletion.request(session, ada.owner.id)
    _, shown = opened(ada, Account, "/settings/account")
    assert shown.standing.closes != ""
    assert any("Invoices" in sentence for sentence in shown.standing.stays)


@pytest.mark.parametrize(
    ("query", "begins"),
    [("?notice=kept", "Your account stays"), ("?notice=made-up", ""), ("?notice=../x", "")],
)
def test_a_notice_in_the_address_names_words_and_never_carries_them(ada, query, begins):
    page, _ = opened(ada, Account, f"/settings/account{query}")
    words = said(page)
    assert words.startswith(begins)
    assert bool(words) == bool(begins)


@pytest.mark.parametrize("name", ["shows_name", "shows_picture", "shows_presence", "analytics"])
def test_a_switch_is_kept_at_once_and_turned_back(ada, name):
    _, before = opened(ada, Privacy, "/settings/privacy")
    _, after = opened(ada, Privacy, "/settings/privacy", ("switch", name))
    assert after.choices == {**before.choices, name: not before.choices[name]}
    _, back = opened(ada, Privacy, "/settings/privacy", ("switch", name))
    assert back.choices == before.choices


def test_the_preview_is_what_others_see(ada):
    _, shown = opened(ada, Privacy, "/settings/privacy", ("switch", "shows_name"))
    with snapshot() as session:
        assert shown.seen_name == privacy.seen(session, reloaded(ada.owner)).name == "A member"


def test_a_switch_that_is_not_there_turns_nothing(ada):
    _, before = opened(ada, Privacy, "/settings/privacy")
    _, after = opened(ada, Privacy, "/settings/privacy", ("switch", "is_staff"))
    assert after.choices == before.choices
    assert reloaded(ada.owner).is_staff is False


def test_an_archive_is_shown_while_it_is_made(ada):
    with transaction() as session:
        export.request(session, ada.owner.id)
    _, shown = opened(ada, Privacy, "/settings/privacy")
    assert shown.archive.state == "making"


def test_a_theme_is_kept_and_the_top_bars_switch_turns_what_is_seen(ada):
    opened(ada, Appearance, "/settings/appearance", ("choose_theme", "system"))
    assert reloaded(ada.owner).theme == "system"
    opened(ada, Appearance, "/settings/appearance", ("turn", "dark"))
    assert reloaded(ada.owner).theme == "light"
    opened(ada, Appearance, "/settings/appearance", ("choose_density", "compact"))
    assert reloaded(ada.owner).density == "compact"


def test_a_theme_that_is_not_offered_is_refused(ada):
    page, _ = opened(ada, Appearance, "/settings/appearance", ("choose_theme", "sepia"))
    assert "no such theme" in said(page)
    assert reloaded(ada.owner).theme == "dark"


def test_a_channel_that_is_not_there_is_refused_in_words(ada):
    page, shown = opened(ada, Channels, "/settings/notifications", ("turn", "news", "pigeon"))
    assert said(page) == text("channels.no_choice")
    assert shown.ready


def log_in(tenant, origin=ALICES):
    with transaction() as session:
        return sessions.start(session, tenant.owner, tenant.id, remember=False, origin=origin)


def test_the_list_of_log_ins_names_browser_place_and_this_one(ada):
    log_in(ada)
    _, shown = opened(ada, LogIns, "/settings/security")
    assert [row.current for row in shown.rows] == [True, False]
    assert shown.rows[1].title == "Firefox on Linux"
    assert "203.0.113.7" in shown.rows[1].detail


def test_one_log_in_ends_and_the_others_stay(ada):
    plain = log_in(ada)
    _, before = opened(ada, LogIns, "/settings/security")
    _, after = opened(ada, LogIns, "/settings/security", ("end", before.rows[1].key))
    with snapshot() as session:
        ended = sessions.lookup(session, plain)
    assert (ended is None) == (before.rows[1].title == "Firefox on Linux")
    assert before.rows[1].key not in {row.key for row in after.rows}


def test_somebody_elses_log_in_cannot_be_ended(ada):
    eve = new_tenant("eve")
    plain = log_in(eve)
    with snapshot() as session:
        key = sessions.list_of(session, eve.owner.id)[0].key
    page, _ = opened(ada, LogIns, "/settings/security", ("end", key))
    assert "is not there" in said(page)
    with snapshot() as session:
        assert sessions.lookup(session, plain) is not None


def test_all_others_end_with_one_press(ada):
    plains = [log_in(ada) for _ in range(3)]
    _, shown = opened(ada, LogIns, "/settings/security", ("end_others",))
    assert [row.current for row in shown.rows] == [True]
    with snapshot() as session:
        assert [sessions.lookup(session, plain) for plain in plains] == [None] * 3


def test_happenings_are_ones_own_with_place_and_browser(ada):
    eve = new_tenant("eve")
    with transaction() as session:
        trail.record(session, "account.password_changed", actor_id=ada.owner.id, origin=ALICES)
        trail.record(session, "session.started", actor_id=eve.owner.id, origin=NOWHERE)
        trail.record(session, "billing.started", actor_id=ada.owner.id, origin=NOWHERE)
    _, shown = opened(ada, Happenings, "/settings/security")
    assert [row.what for row in shown.rows] == ["The password was changed"]
    assert "203.0.113.7 · Firefox" in shown.rows[0].detail


@pytest.mark.parametrize(
    ("agent", "names"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
            ("Safari", "iPhone"),
        ),
        ("curl/8.0", ("curl", "")),
        ("", ("", "")),
    ],
)
def test_a_browser_is_recognised_by_its_signature(agent, names):
    assert agents.recognised(agent) == names


@pytest.mark.parametrize(
    ("purpose", "again"),
    [("verify", "/resend-verification"), ("reset", "/forgot-password"), ("made-up", "/login")],
)
def test_a_dead_link_leads_on_by_what_it_was_for(database, purpose, again):
    async def play():
        page = tab(f"/link-expired?for={purpose}", "")
        await page.call(DeadLink, "load")
        return await page.of(DeadLink)

    assert asyncio.run(play()).again_href == again


@pytest.mark.parametrize(("query", "begins"), [("verified=1", "Your address"), ("x=1", "")])
def test_the_log_in_page_says_why_one_is_there(database, query, begins):
    async def play():
        page = tab(f"/login?{query}", "")
        await page.call(Arrived, "load")
        return await page.of(Arrived)

    words = asyncio.run(play()).words
    assert words.startswith(begins)
    assert bool(words) == bool(begins)
