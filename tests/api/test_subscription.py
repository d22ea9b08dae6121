"""Changing and ending a subscription over REST: preview, confirm, undo, cancel with a reason."""

import pytest

from saas_app.billing import publication
from tests.support.billing_world import access_of, buy, invoices_of, new_tenant, subscriptions_of

pytestmark = pytest.mark.db

UPGRADE = "/api/subscription/upgrade"


@pytest.fixture
def elites(shop, configured):
    configured.catalog = "binance-dashboard"
    publication.apply()
    return shop


@pytest.fixture
def ada(elites):
    tenant = new_tenant()
    buy(elites, tenant)
    return tenant


@pytest.fixture
def headers(web, ada):
    return web.as_program(ada)


def test_an_upgrade_is_previewed_and_then_confirmed_by_its_quote(web, ada, headers):
    first = web.put(UPGRADE, json={"plan": "elite"}, headers=headers).json()
    assert (first["outcome"], first["preview"]["timing"]) == ("preview", "now")
    assert access_of(ada).plan == "pro"
    quote = first["preview"]
    done = web.put(UPGRADE, json={"quote": quote["quote"]}, headers=headers).json()
    assert (done["outcome"], done["subscription"]["plan"]) == ("done", "elite")
    assert quote["due_cents"] in [invoice.total_cents for invoice in invoices_of(ada)]


def test_a_preview_by_its_own_name_says_every_line(web, headers):
    answer = web.post("/api/subscription/preview", json={"plan": "elite"}, headers=headers).json()
    credit, debit = answer["lines"]
    assert credit["amount_cents"] < 0 < debit["amount_cents"]
    assert credit["amount_cents"] + debit["amount_cents"] == answer["total_cents"]
    assert (answer["next_cents"], answer["currency"]) == (2999, "usd")
    assert answer["next_at"].endswith("Z")


def test_without_a_subscription_an_upgrade_is_a_payment_page(web, elites):
    ben = web.as_program(new_tenant("ben"))
    answer = web.put(UPGRADE, json={"plan": "elite"}, headers=ben).json()
    assert answer["outcome"] == "checkout"
    assert answer["session_id"] in answer["checkout_url"]


def test_what_gives_less_is_booked_shown_and_undone(web, ada, headers):
    web.put(UPGRADE, json=quoted(web, headers, plan="elite"), headers=headers)
    answer = web.put(UPGRADE, json=quoted(web, headers, plan="pro"), headers=headers).json()
    assert answer["outcome"] == "scheduled"
    booked = answer["subscription"]["scheduled"]
    assert (booked["plan"], booked["amount_cents"]) == ("pro", 999)
    assert booked["at"] == answer["subscription"]["current_period_end"]
    undone = web.delete("/api/subscription/schedule", headers=headers).json()
    assert (undone["scheduled"], undone["plan"]) == (None, "elite")


def test_a_card_that_does_not_pay_answers_with_the_way_to_pay(web, ada, elites, headers):
    quote = quoted(web, headers, plan="elite")
    elites.fault(fail_next_payment=1)
    answer = web.put(UPGRADE, json=quote, headers=headers).json()
    assert answer["outcome"] == "payment_needed"
    assert answer["pay_url"] == answer["subscription"]["pay_url"]
    assert answer["subscription"]["plan"] == "pro"
    assert answer["subscription"]["pending"]["plan"] == "elite"


def test_an_overtaken_preview_is_a_conflict_with_a_fresh_one(web, ada, headers):
    year, elite = quoted(web, headers, interval="year"), quoted(web, headers, plan="elite")
    web.put(UPGRADE, json=year, headers=headers)
    refused = web.put(UPGRADE, json=elite, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "quote_overtaken")
    again = web.put(UPGRADE, json={"quote": refused.json()["quote"]}, headers=headers).json()
    assert again["outcome"] == "done"


def test_row_31_a_quote_of_another_workspace_is_not_found(web, ada, elites, headers):
    mallory = new_tenant("mallory")
    buy(elites, mallory)
    hers = quoted(web, headers, plan="elite")
    foreign = web.put(UPGRADE, json=hers, headers=web.as_program(mallory))
    unknown = web.put(UPGRADE, json={"quote": "quote_none"}, headers=web.as_program(mallory))
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json()["detail"] == unknown.json()["detail"]
    assert access_of(ada).plan == "pro"


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"plan": "pro"}, 409, "cannot_change"),
        ({"plan": "gold"}, 422, "invalid"),
        ({"seats": 3}, 422, "invalid"),
        ({"seats": 0}, 422, "invalid"),
        ({"interval": "week"}, 422, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_in_its_own_words(web, headers, wish, status, code):
    answer = web.post("/api/subscription/preview", json=wish, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_end_takes_its_reason_along(web, ada, headers):
    body = {"feedback": "too_expensive", "comment": " Too much for me. "}
    web.put("/api/subscription/cancel", json=body, headers=headers)
    (row,) = subscriptions_of(ada)
    assert (row.cancel_feedback, row.cancel_comment) == ("too_expensive", "Too much for me.")
    unheard_of = {"feedback": "the weather"}
    answer = web.put("/api/subscription/cancel", json=unheard_of, headers=headers)
    assert answer.status_code == 422


def quoted(web, headers, **wish) -> dict[str, str]:
    answer = web.post("/api/subscription/preview", json=wish, headers=headers)
    return {"quote": answer.json()["quote"]}
