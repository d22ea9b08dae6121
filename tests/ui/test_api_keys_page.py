"""The page of keys: one's own and, for who manages the workspace, everybody's; nothing secret in it."""

import asyncio

import pytest

from saas_app import wiring
from saas_app.audit.trail import NOWHERE
from saas_app.core import tasks
from saas_app.core.db import transaction
from saas_app.core.texts import text
from saas_app.ui.pages.settings.api_keys.state import ApiKeys
from saas_app.workspaces.api_keys import keeping
from saas_app.workspaces.api_keys.keeping import Wanted
from saas_app.workspaces.roles import Role
from tests.support.billing_world import NoPost, add_member, new_tenant, new_user
from tests.support.states import logged_in, tab

pytestmark = pytest.mark.db


@pytest.fixture
def ada(database):
    wiring.install()
    tasks.install(NoPost())
    return new_tenant()


def made(tenant, user, name):
    wanted = Wanted(name, ("market:read",), 30)
    with transaction() as session:
        return keeping.make(session, tenant.id, user.id, wanted, NOWHERE)


def opened(tenant, *calls):
    async def play():
        page = tab("/settings/api-keys", logged_in(tenant))
        await page.call(ApiKeys, "load")
        for name, *arguments in calls:
            await page.call(ApiKeys, name, *arguments)
        return await page.of(ApiKeys), await page.notice()

    return asyncio.run(play())


def test_a_key_is_shown_without_its_secret_and_revoked_with_a_word(ada):
    key = made(ada, ada.owner, "Nightly export")
    shown, _ = opened(ada)
    (row,) = shown.rows
    assert (row.name, row.scopes, row.owner, row.expired) == (
        "Nightly export",
        "market:read",
        "",
        False,
    )
    assert key.plain.split("_")[3] not in str(row)
    assert text("api_keys_page.never_used") in row.facts
    after, said = opened(ada, ("revoke", key.key.name_outside))
    assert (after.rows, after.some, said) == ([], False, text("api_keys_page.revoked"))


def test_the_owner_sees_whose_key_it_is_and_a_stranger_ends_none(ada):
    ben = new_user("ben")
    add_member(ada, ben, Role.ANALYST)
    key = made(ada, ben, "Ben's script")
    shown, _ = opened(ada)
    assert [(row.name, row.owner) for row in shown.rows] == [("Ben's script", ben.email)]
    mallory, _ = opened(new_tenant("mallory"), ("revoke", key.key.name_outside))
    assert mallory.rows == []
    still, _ = opened(ada)
    assert len(still.rows) == 1
