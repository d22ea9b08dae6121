from urllib.parse import parse_qs, urlsplit

import pytest

from saas_app.workspaces.roles import Role
from tests.support.billing_world import (
    access_of,
    add_member,
    advance,
    buy,
    deliver_all,
    new_tenant,
    new_user,
    subscriptions_of,
)


@pytest.fixture
def ada(shop):
    return new_tenant()


@pytest.fixture
def page(web, ada):
    return web.as_browser(ada)


def to(answer) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def get(web, path, headers=None):
    return to(web.get(path, headers=headers or {}, follow_redirects=False))


@pytest.mark.parametrize(
    "path",
    [
        "/create-checkout?tier=pro&billing_cycle=annual",
        "/upgrade/pro?billing_cycle=annual",
        "/manage-subscription",
    ],
)
def test_a_stranger_logs_in_first_and_comes_back(web, path):
    there = urlsplit(get(web, path))
    assert (there.scheme, there.netloc, there.path) == ("", "", "/login")
    assert parse_qs(there.query)["next"] == [path]


@pytest.mark.parametrize(
    ("words", "interval"),
    [
        ("billing_cycle=monthly", "month"),
        ("", "month"),
        ("billing_cycle=annual", "year"),
        ("billing_cycle=yearly", "year"),
        ("billing_cycle=year", "year"),
    ],
)
def test_a_plain_link_leads_to_the_payment_page_of_that_cycle(
    web, shop, ada, page, words, interval
):
    address = get(web, f"/create-checkout?tier=pro&{words}", page)
    assert "/c/pay/cs_test_" in address
    shop.complete_checkout(address.rpartition("/")[2].partition("#")[0].partition("?")[0])
    get(web, "/create-checkout?tier=pro", page)
    deliver_all(shop)
    assert subscriptions_of(ada)[0].interval == interval


def test_upgrade_is_the_same_page(web, page):
    assert get(web, "/upgrade/pro", page) == get(web, "/create-checkout?tier=pro", page)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/create-checkout?tier=gold", "invalid"),
        ("/create-checkout?tier=enterprise", "invalid"),
        ("/create-checkout?tier=pro&billing_cycle=weekly", "invalid"),
        ("/create-checkout", "invalid"),
        ("/upgrade/free", "invalid"),
        ("/manage-subscription", "no_subscription"),
    ],
)
def test_a_refusal_leads_to_the_page_that_explains_it(web, page, path, code):
    assert get(web, path, page) == f"/settings/billing?notice={code}"


def test_row_06_a_second_purchase_leads_to_changing_what_runs(web, shop, ada, page):
    buy(shop, ada)
    change = "/settings/billing/change?plan=pro&interval"
    assert get(web, "/upgrade/pro", page) == f"{change}=month"
    assert get(web, "/create-checkout?tier=pro&billing_cycle=annual", page) == f"{change}=year"


def test_a_second_purchase_beside_one_that_is_owed_leads_to_what_runs(web, shop, ada, page):
    buy(shop, ada)
    shop.fault(fail_next_payment=1)
    advance(shop, "16d")
    deliver_all(shop)
    assert get(web, "/upgrade/pro", page) == "/settings/billing?notice=already_subscribed"
    shop.fault(clear=True)


def test_the_portal_opens_for_whoever_bought_something(web, shop, ada, page):
    buy(shop, ada)
    assert "/p/session/" in get(web, "/manage-subscription", page)


def test_a_form_cancels_at_the_end_of_the_period_or_at_once(web, shop, ada, page):
    buy(shop, ada)
    answer = web.post("/cancel-subscription", headers=page, follow_redirects=False)
    assert to(answer) == "/settings/billing?notice=canceled"
    assert subscriptions_of(ada)[0].ends_at is not None
    assert access_of(ada).plan == "pro"
    answer = web.post(
        "/cancel-subscription", data={"immediate": "true"}, headers=page, follow_redirects=False
    )
    assert to(answer) == "/settings/billing?notice=canceled"
    assert access_of(ada).plan == "free"


def test_a_link_cancels_nothing(web, shop, ada, page):
    buy(shop, ada)
    assert web.get("/cancel-subscription", headers=page).status_code == 405
    assert subscriptions_of(ada)[0].ends_at is None


@pytest.mark.parametrize("origin", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_another_sites_form_cancels_nothing(web, shop, ada, page, origin):
    buy(shop, ada)
    headers = {"Cookie": page["Cookie"], **origin}
    answer = web.post("/cancel-subscription", headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
    assert subscriptions_of(ada)[0].ends_at is None


def test_whoever_may_not_pay_is_told_so(web, ada):
    vera = new_user("vera")
    add_member(ada, vera, Role.VIEWER)
    headers = web.as_browser(ada, vera)
    for path in ("/upgrade/pro", "/manage-subscription"):
        assert get(web, path, headers) == "/settings/billing?notice=not_allowed"


def test_a_payment_service_that_is_down_is_explained(web, shop, page):
    shop.fault(api_down=50)
    try:
        assert get(web, "/upgrade/pro", page) == "/settings/billing?notice=payments_unavailable"
    finally:
        shop.fault(clear=True)
