"""Asking for a plan by contract and accepting one, over REST."""

import pytest
from sqlmodel import select

from saas_app.core.db import snapshot, transaction
from saas_app.entitlements.contracts import offers
from saas_app.entitlements.contracts.models import Lead
from saas_app.entitlements.contracts.offers import Terms
from tests.support.billing_world import access_of, new_tenant

FORM = {
    "plan": "enterprise",
    "email": "eve@example.com",
    "name": "Eve",
    "company": "Tide Ltd",
    "seats": "25",
    "message": "",
}


@pytest.fixture
def ada(shop):
    return new_tenant()


def kept() -> list[Lead]:
    with snapshot() as session:
        return list(session.exec(select(Lead)))


def test_a_stranger_asks_and_the_question_is_kept(web):
    answer = web.post("/api/leads", json=FORM)
    assert answer.status_code == 200, answer.text
    (row,) = kept()
    assert (row.email, row.seats, row.user_id) == ("eve@example.com", 25, None)


def test_whoever_is_signed_in_asks_under_their_own_address(web, ada):
    web.post("/api/leads", json=FORM, headers=web.as_program(ada))
    (row,) = kept()
    assert (row.email, row.user_id, row.workspace_id) == (ada.owner.email, ada.owner.id, ada.id)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"seats": ""}, "seats"), ({"company": ""}, "company"), ({"email": "x"}, "email")],
)
def test_a_fault_is_named_and_nothing_is_kept(web, change, field):
    answer = web.post("/api/leads", json={**FORM, **change})
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]
    assert kept() == []


def test_asking_for_ever_is_slowed_down(web):
    codes = [web.post("/api/leads", json=FORM).status_code for _ in range(7)]
    assert codes == [200] * 5 + [429] * 2


def test_an_offer_is_read_accepted_and_runs(web, ada):
    headers = web.as_program(ada)
    assert web.get("/api/contract", headers=headers).status_code == 404
    with transaction() as session:
        row = offers.create(session, ada.workspace, Terms("enterprise", 900_000, seats=12))
    found = web.get("/api/contract", headers=headers).json()
    assert (found["key"], found["status"], found["seats"]) == (row.key, "offered", 12)
    answer = web.post(f"/api/contracts/{row.key}/accept", json={}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["next"] == "/settings/billing?notice=contract_accepted"
    assert web.get("/api/contract", headers=headers).json()["status"] == "accepted"
    assert access_of(ada).plan == "enterprise"
    mallory = web.as_program(new_tenant("mallory"))
    assert web.post(f"/api/contracts/{row.key}/accept", headers=mallory).status_code == 404
    assert web.get("/api/contract", headers=mallory).status_code == 404
