"""Connected accounts in settings, and the buttons that lead to providers."""

import asyncio

import pytest
from pydantic import SecretStr

from saas_app.accounts import passwords
from saas_app.accounts.models import User
from saas_app.accounts.oauth import identities
from saas_app.accounts.oauth.claims import Proof
from saas_app.core.db import transaction
from saas_app.ui.components.provider_buttons import Providers
from saas_app.ui.pages.settings.connected import Connected
from tests.support.billing_world import new_tenant
from tests.support.states import logged_in, tab


@pytest.fixture
def ada(database):
    return new_tenant()


def connected(tenant, *keys, password="-"):
    with transaction() as session:
        user = session.get(User, tenant.owner.id)
        user.password_hash = password
        session.add(user)
        for key in keys:
            identities.add(session, user.id, Proof(key, key, "1", "ada@example.com"))


def opened(tenant, query=""):
    async def run():
        page = tab(f"/settings/security{query}", logged_in(tenant))
        await page.call(Connected, "load")
        return await page.of(Connected), await page.notice()

    return asyncio.run(run())


def test_what_is_connected_and_what_could_be_is_shown(ada):
    connected(ada, "google", "github")
    state, _ = opened(ada)
    assert [(row.label, row.email) for row in state.rows] == [
        ("Google", "ada@example.com"),
        ("GitHub", "ada@example.com"),
    ]
    assert state.removable
    assert [each.action for each in state.missing] == ["/auth/microsoft/connect"]


def test_the_last_way_in_has_no_button(ada):
    connected(ada, "google", password=passwords.NOT_CHOSEN)
    state, _ = opened(ada)
    assert state.some
    assert not state.removable


def test_a_strangers_page_shows_nothing(database):
    async def run():
        page = tab("/settings/security")
        await page.call(Connected, "load")
        state = await page.of(Connected)
        return state.ready, await page.departure()

    assert asyncio.run(run()) == (False, "/login?next=/settings/security")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?notice=connected_github", "GitHub is connected"),
        ("?notice=provider_taken", "opens another account"),
        ("?notice=<b>", ""),
        ("", ""),
    ],
)
def test_the_outcome_of_a_way_to_a_provider_is_told_in_our_own_words(ada, query, said):
    _, notice = opened(ada, query)
    assert said in notice
    assert bool(said) == bool(notice)


def test_buttons_follow_the_settings_of_the_day(configured):
    def offered():
        page = tab("/login")
        asyncio.run(page.call(Providers, "load"))
        state = asyncio.run(page.of(Providers))
        return (state.google, state.microsoft, state.github, state.some)

    assert offered() == (True, True, True, True)
    configured.stripe_secret_key = SecretStr("sk_test_1")
    assert offered() == (False, False, False, False)
    configured.github_client_id, configured.github_client_secret = "id", SecretStr("s")
    assert offered() == (False, False, True, True)
