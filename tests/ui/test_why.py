"""The page behind "Why?": what it says, what it says to a wrong address, and that locks lead to it."""

import asyncio

import pytest

from saas_app.ui import routes
from saas_app.ui.pages.why.state import Why
from tests.support.billing_world import new_tenant
from tests.support.grants import grant
from tests.support.states import logged_in, tab


@pytest.fixture
def ada(database):
    return new_tenant()


def opened(tenant, path):
    async def play():
        page = tab(path, logged_in(tenant))
        await page.call(Why, "load")
        return await page.of(Why)

    return asyncio.run(play())


def test_a_lock_is_explained_with_the_plan_that_lifts_it(ada):
    page = opened(ada, routes.why("symbols", "ETHUSD"))
    assert (page.ready, page.missing, page.allowed) == (True, False, False)
    assert (page.title, page.upgrade) == ("Markets", "Pro")
    told = {fact.label: fact.value for fact in page.facts}
    assert told["Plan"] == "Free, generation 1 of the catalogue"
    assert told["Standing"] == "Current plan"
    assert "EURUSD" in told["The plan's limit"]


def test_what_was_agreed_stands_beside_the_plan(ada):
    grant(ada, "watchlist_items", "unlimited")
    told = {fact.label: fact.value for fact in opened(ada, routes.why("watchlist_items")).facts}
    assert (told["The plan's limit"], told["Agreed with you"]) == ("5", "Unlimited")


@pytest.mark.parametrize("path", ["/why", "/why?feature=", "/why?feature=files&item=" + "x" * 9999])
def test_a_wrong_address_is_told_so(ada, path):
    page = opened(ada, path)
    assert (page.ready, page.missing) == (True, True)


def test_an_item_nobody_sells_is_a_plain_no(ada):
    page = opened(ada, routes.why("symbols", "<script>alert(1)</script>"))
    assert (page.missing, page.allowed, page.upgrade) == (False, False, "")
