"""The owner's page with the terms of a contract."""

import asyncio

import pytest

from saas_app.core import tasks
from saas_app.core.db import transaction
from saas_app.entitlements.contracts import offers
from saas_app.entitlements.contracts.offers import Terms
from saas_app.ui import routes
from saas_app.ui.pages.contract.state import Contract
from saas_app.workspaces.roles import Role
from tests.support.billing_world import NoPost, add_member, new_tenant, new_user
from tests.support.states import logged_in, tab


@pytest.fixture
def ada(database):
    tasks.install(NoPost())
    return new_tenant()


def opened(tenant, user=None):
    async def play():
        page = tab(routes.SETTINGS_CONTRACT, logged_in(tenant, user))
        await page.call(Contract, "load")
        return await page.of(Contract)

    return asyncio.run(play())


def test_without_an_offer_the_page_says_so(ada):
    page = opened(ada)
    assert (page.ready, page.there) == (True, False)


def test_the_owner_reads_every_term_and_may_accept(ada):
    with transaction() as session:
        row = offers.create(
            session, ada.workspace, Terms("enterprise", 1_200_000, seats=25, limits={"sms": 500})
        )
    page = opened(ada)
    assert (page.there, page.open, page.mine) == (True, True, True)
    assert page.accept_at == f"/api/contracts/{row.key}/accept"
    told = {term.label: term.value for term in page.terms}
    assert told["Price"] == "$12,000.00 a year"
    assert (told["Seats"], told["Term"]) == ("25", "12 months")
    assert "500" in told.values()


def test_an_admin_reads_the_terms_and_cannot_accept(ada):
    with transaction() as session:
        offers.create(session, ada.workspace, Terms("enterprise", 1_200_000))
    ben = new_user("ben")
    add_member(ada, ben, Role.ADMIN)
    page = opened(ada, ben)
    assert (page.there, page.mine) == (True, False)
