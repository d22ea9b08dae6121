"""Who may set off which handler of a page: every one of them against the whole cast.

A new handler fails here until its name stands in a row.
"""

import asyncio

import pytest

from saas_app.core import tasks
from saas_app.core.db import transaction
from saas_app.core.errors import SaasError
from saas_app.ui.state import admission
from saas_app.ui.state.admission import Need
from saas_app.ui.state.guard import need_of
from saas_app.workspaces.models import Membership
from saas_app.workspaces.roles import Permission, Role, may
from tests.house.test_doors import FRAMEWORK, STATES
from tests.support.billing_world import NoPost, add_member, new_tenant, new_user
from tests.support.states import logged_in, tab

ROWS: dict[Permission, str] = {
    Permission.VIEW: """
        Account.keep_email Account.load AlertFilter.choose AlertFilter.clear AlertFilter.load
        AlertFilter.put_back AlertFilter.remove AlertFilter.rename AlertFilter.save AlertFilter.use
        AlertFilter.write_name ApiKeys.load ApiKeys.revoke Alerts.choose_frequency
        Alerts.choose_kind
        Alerts.choose_symbol Alerts.choose_timeframe Alerts.load Alerts.open Alerts.toggle_channel
        Alerts.try_it Alerts.write Appearance.choose_density Appearance.choose_theme
        Appearance.choose_zone Appearance.load Appearance.turn Billing.load ChangePlan.load
        Channels.load Channels.turn ChartState.load
        ChartState.turn Connected.load Dashboard.load
        FirstSteps.dismiss FirstSteps.load FirstSteps.recall Happenings.load
        Insights.choose_symbol Insights.choose_timeframe Insights.load LogIns.end
        LogIns.end_others LogIns.load Money.load Notifications.dismiss Notifications.load
        Notifications.read_all Passkeys.load Privacy.load Privacy.switch Profile.load Profile.save
        Returned.load Scanner.choose Scanner.clear Scanner.load Scanner.put_back Scanner.refresh
        Scanner.remove Scanner.rename Scanner.save Scanner.sort Scanner.use Scanner.write_name
        Shell.load Tour.close Tour.finish Tour.load Tour.reach Tutorial.again
        Tutorial.arm Tutorial.back Tutorial.leap Tutorial.load Tutorial.step TwoFactor.load
        Watchlists.choose_symbol Watchlists.choose_timeframe Watchlists.load Why.load Wizard.back
        Wizard.load Wizard.preset Wizard.toggle Wizard.write
    """,
    Permission.EDIT: """
        Alerts.act Alerts.create Alerts.delete Alerts.put_back ChartState.watch_this
        Insights.reword
        Watchlists.add Watchlists.move Watchlists.put_back Watchlists.remove Wizard.advance
        Wizard.pass_over Wizard.skip
    """,
    Permission.VIEW_MEMBERS: "Team.load",
    Permission.MANAGE_MEMBERS: """
        Team.ask Team.invite Team.remove Team.resend Team.revoke Team.set_role
    """,
    Permission.MANAGE_SETTINGS: "Team.rename",
    Permission.VIEW_BILLING: "Billing.show_more Contract.load",
    Permission.MANAGE_BILLING: """
        Billing.ask_cancel Billing.cancel Billing.keep Billing.pause Billing.redeem Billing.resume
        Billing.undo Billing.wake ChangePlan.back ChangePlan.choose ChangePlan.confirm
        ChangePlan.every ChangePlan.look ChangePlan.more_seats ChangePlan.with_code Keeper.toggle
        Money.add_tax_id Money.choose Money.edit Money.leave Money.remove Money.remove_tax_id
        Money.save
    """,
}
TABLE = {name: permission for permission, names in ROWS.items() for name in names.split()}
HANDLERS = {
    f"{state.__name__}.{name}": (state, name, need)
    for state in STATES
    for name, handler in state.event_handlers.items()
    if name not in FRAMEWORK and isinstance(need := need_of(handler.fn), Need)
}


def test_every_handler_says_who_may_set_it_off():
    asked = {name: need for name, (_, _, need) in HANDLERS.items()}
    decided = {name: Need(permission) for name, permission in TABLE.items()}
    # By name: of two long tables nobody would find the one row that is missing.
    differing = {name for name in asked | decided if asked.get(name) != decided.get(name)}
    assert differing == set()


@pytest.fixture
def cookies(database) -> dict[str, tuple[str, Role | None]]:
    """Whose browser acts in Ada's workspace, and in which role; none for those who have none there."""
    tasks.install(NoPost())
    ada = new_tenant()
    cast: dict[str, tuple[str, Role | None]] = {"ada": (logged_in(ada), Role.OWNER)}
    roles = {"eve": Role.ADMIN, "ben": Role.ANALYST, "vera": Role.VIEWER, "otto": Role.ADMIN}
    for name, role in roles.items():
        person = new_user(name)
        add_member(ada, person, role)
        cast[name] = (logged_in(ada, person), None if name == "otto" else role)
    with transaction() as session:
        session.delete(session.get_one(Membership, (ada.id, person.id)))
    # A stranger and staff, whose cookies by some mistake of ours point at Ada's workspace.
    for name in ("mallory", "sam"):
        cast[name] = (logged_in(ada, new_user(name, is_staff=name == "sam")), None)
    return cast | {"anonymous": ("", None)}


def test_each_handler_is_open_to_whom_it_should_be(cookies):
    wrong = []
    for need in {need for _, _, need in HANDLERS.values()}:
        for name, (cookie, role) in cookies.items():
            try:
                admission.admitted(cookie.partition("=")[2], need)
                let_in = True
            except SaasError:
                let_in = False
            if let_in != (role is not None and may(role, need.permission)):
                wrong.append(f"{name} {need}")
    assert wrong == []


def test_who_may_not_sets_nothing_off_whatever_is_sent(cookies):
    """Refused at the door: no argument was looked at, and nothing but the refusal is shown."""

    async def refused() -> list[str]:
        wrong = []
        for name, (cookie, role) in cookies.items():
            page = tab("/dashboard", cookie)
            for handler, (state, event, need) in HANDLERS.items():
                if role is not None and may(role, need.permission):
                    continue
                before = (await page.of(state)).dict()
                assert await page.call(state, event) is None
                same = (await page.of(state)).dict() == before
                said = await page.notice() or await page.departure()
                if not same or not said:
                    wrong.append(f"{name} {handler}")
        return wrong

    assert asyncio.run(refused()) == []
