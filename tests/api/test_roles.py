"""Who may do what: every endpoint against the whole cast, by cookie and by token.

A new route fails here until its row says who may use it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import delete

from saas_app.accounts import picture, sessions
from saas_app.accounts.people import addressee
from saas_app.alerts import rules
from saas_app.alerts.rules import Draft
from saas_app.api import app as rest
from saas_app.api.v1 import webhooks
from saas_app.audit.trail import NOWHERE
from saas_app.billing.publication import THIN_PATH
from saas_app.core import clock, tasks
from saas_app.core.db import transaction
from saas_app.market import watchlist
from saas_app.notifications import dispatch
from saas_app.teams.models import Invitation
from saas_app.workspaces.models import Membership
from saas_app.workspaces.roles import Role
from tests.support.billing_world import NoPost, add_member, new_tenant, new_user

PEOPLE = ("ada", "ben", "vera", "otto", "mallory", "sam")
SECRET = "only for the harbour workspace"

Outcomes = dict[str, str]


def everybody(outcome: str) -> Outcomes:
    return dict.fromkeys((*PEOPLE, "otto by token", "stranger"), outcome)


def whoever_is_signed_in(outcome: str, **others: str) -> Outcomes:
    """About the person alone; a token of a workspace one was removed from is worth nothing."""
    refused = {"otto by token": "token_invalid", "stranger": "not_signed_in"}
    return {**everybody(outcome), **refused, **others}


def browsers(outcome: str, **others: str) -> Outcomes:
    """Only with a session cookie: a token is refused, whoever holds it."""
    tokens = {f"{name} by token": "not_allowed" for name in PEOPLE if name != "otto"}
    return {**whoever_is_signed_in(outcome, **others), **tokens}


def from_our_pages(outcome: str) -> Outcomes:
    """Whoever is asked for by a page of ours; the cast's tokens and its stranger come from nowhere."""
    nowhere = dict.fromkeys((f"{name} by token" for name in PEOPLE), "not_allowed")
    return {**everybody(outcome), **nowhere, "stranger": "not_allowed"}


def members(outcome: str, **others: str) -> Outcomes:
    """Mallory and Sam act in workspaces of their own and get their own answer there."""
    return whoever_is_signed_in(outcome, otto="not_found", **others)


def editors(outcome: str, **others: str) -> Outcomes:
    return members(outcome, **{"vera": "not_allowed", **others})


def payers(outcome: str, **others: str) -> Outcomes:
    return members(outcome, **{"ben": "not_allowed", "vera": "not_allowed", **others})


def sent(outcome: str) -> Outcomes:
    """Plain addresses answer with the page that explains it."""
    notice = "→/settings/billing?notice="
    return {
        **payers(outcome, ben=f"{notice}not_allowed", vera=f"{notice}not_allowed"),
        "otto": f"{notice}not_found",
        "stranger": "→/login?next=",
    }


@dataclass(frozen=True)
class Row:
    """`outcomes` are a status, the code of a refusal, or `→` and where a browser is sent."""

    outcomes: Outcomes
    body: Any = None
    at_stripe: bool = False
    query: Any = None


STOLEN = {"mallory": "not_found", "sam": "not_found"}
ALERT = {"symbol": "EURUSD", "timeframe": "H1", "kind": "fractal"}
CHART = {"symbol": "EURUSD", "timeframe": "H1"}
ONLY_ADA = {**STOLEN, "ben": "not_found", "vera": "not_found", "otto": "not_found"}
TOKENS_ENDED = {f"{name} by token": "token_invalid" for name in PEOPLE}
SHOWN = {"name": True, "picture": True, "presence": False, "analytics": False}
UNASKED = {"ticket": "x", "credential": {}}
PRO = {"plan": "pro", "interval": "month"}
NOTHING = "no_subscription"

TABLE: dict[tuple[str, str], Row] = {
    **{
        ("POST", f"/api/ingest/{kind}"): Row(everybody("bad_signature"), {})
        for kind in ("bars", "ticks", "indicators", "status")
    },
    ("POST", "/api/auth/register"): Row(everybody("invalid"), {}),
    ("POST", "/api/auth/verify-email"): Row(everybody("link_invalid"), {"token": "x"}),
    ("POST", "/api/auth/resend-verification"): Row(everybody("invalid"), {}),
    ("POST", "/api/auth/login"): Row(everybody("invalid"), {}),
    ("POST", "/api/auth/session"): Row(everybody("invalid"), {}),
    ("POST", "/api/auth/logout"): Row(everybody("200")),
    ("POST", "/api/auth/refresh"): Row(everybody("token_invalid"), {"refresh_token": "x"}),
    ("POST", "/api/auth/forgot-password"): Row(everybody("invalid"), {}),
    ("POST", "/api/auth/reset-password"): Row(everybody("invalid"), {}),
    ("GET", "/api/user/profile"): Row(whoever_is_signed_in("200")),
    ("PUT", "/api/user/profile"): Row(whoever_is_signed_in("200"), {"name": "New Name"}),
    ("PUT", "/api/user/appearance"): Row(whoever_is_signed_in("200"), {"theme": "light"}),
    ("GET", "/api/user/preferences"): Row(whoever_is_signed_in("200")),
    ("PUT", "/api/user/preferences"): Row(whoever_is_signed_in("200"), {"markets": ["forex"]}),
    ("POST", "/api/auth/password-strength"): Row(everybody("200"), {"password": "x"}),
    ("POST", "/api/auth/change-email"): Row(
        everybody("link_invalid"), {"token": "x", "side": "old"}
    ),
    ("POST", "/api/user/email"): Row(browsers("invalid"), {"email": "no address"}),
    ("DELETE", "/api/user/email"): Row(browsers("204")),
    ("POST", "/api/user/password"): Row(browsers("invalid"), {"password": "short"}),
    ("GET", "/api/api-keys"): Row(browsers("200", otto="not_found")),
    ("POST", "/api/api-keys"): Row(
        browsers("invalid", otto="not_found"), {"name": "", "scopes": []}
    ),
    ("PUT", "/api/api-keys/{key_id}"): Row(browsers("not_found"), {"name": "Other"}),
    ("POST", "/api/api-keys/{key_id}/rotate"): Row(browsers("not_found"), {"overlap_hours": 0}),
    ("DELETE", "/api/api-keys/{key_id}"): Row(browsers("not_found")),
    ("POST", "/api/api-keys/leaked"): Row(everybody("202"), {"key": "tm_live_x"}),
    ("GET", "/api/user/sessions"): Row(whoever_is_signed_in("200")),
    # A cookie's turn comes first and ends the programs.
    ("DELETE", "/api/user/sessions"): Row(whoever_is_signed_in("204", **TOKENS_ENDED)),
    ("DELETE", "/api/user/sessions/{key}"): Row(browsers("204", **ONLY_ADA)),
    ("POST", "/api/user/exports"): Row(browsers("202")),
    ("GET", "/api/user/exports/{key}"): Row(browsers("not_found")),
    ("DELETE", "/api/user/account"): Row(browsers("invalid"), {"confirm": "no address"}),
    ("POST", "/api/user/account/keep"): Row(browsers("200")),
    ("GET", "/api/user/privacy"): Row(whoever_is_signed_in("200")),
    ("PUT", "/api/user/privacy"): Row(whoever_is_signed_in("200"), SHOWN),
    ("POST", "/api/user/picture"): Row(whoever_is_signed_in("invalid"), {"no": "picture"}),
    ("DELETE", "/api/user/picture"): Row(whoever_is_signed_in("204")),
    ("GET", "/api/people/{person_id}/picture"): Row(
        whoever_is_signed_in("200", **{**STOLEN, "otto": "not_found"})
    ),
    ("GET", "/api/auth/second-step"): Row(everybody("pending_login_over")),
    ("POST", "/api/auth/second-step"): Row(
        from_our_pages("pending_login_over"), {"way": "app", "code": "1"}
    ),
    ("POST", "/api/auth/second-step/send"): Row(
        from_our_pages("pending_login_over"), {"way": "letter"}
    ),
    ("POST", "/api/auth/second-step/passkey/options"): Row(from_our_pages("pending_login_over")),
    ("POST", "/api/auth/second-step/passkey"): Row(from_our_pages("pending_login_over"), UNASKED),
    ("GET", "/api/auth/step-up"): Row(browsers("200")),
    ("POST", "/api/auth/step-up"): Row(browsers("wrong_code"), {"way": "password", "code": "x"}),
    ("POST", "/api/auth/step-up/send"): Row(browsers("200")),
    ("POST", "/api/auth/step-up/passkey/options"): Row(browsers("200")),
    ("POST", "/api/auth/step-up/passkey"): Row(browsers("wrong_passkey"), UNASKED),
    ("POST", "/api/user/two-factor/app"): Row(browsers("200")),
    ("POST", "/api/user/two-factor/app/confirm"): Row(
        browsers("enrolment_over"), {"ticket": "x", "code": "1"}
    ),
    ("DELETE", "/api/user/two-factor/app"): Row(browsers("200")),
    ("POST", "/api/user/two-factor/recovery-codes"): Row(browsers("conflict")),
    ("POST", "/api/user/two-factor/phone"): Row(browsers("invalid"), {"number": "x"}),
    ("POST", "/api/user/two-factor/phone/confirm"): Row(
        browsers("wrong_code"), {"number": "+4915123456789", "code": "1"}
    ),
    ("DELETE", "/api/user/two-factor/phone"): Row(browsers("200")),
    ("DELETE", "/api/user/two-factor/trusted-browsers"): Row(browsers("200")),
    ("DELETE", "/api/user/two-factor/trusted-browsers/{key}"): Row(browsers("not_found")),
    ("POST", "/api/auth/passkey/options"): Row(from_our_pages("200")),
    ("POST", "/api/auth/passkey"): Row(from_our_pages("wrong_passkey"), UNASKED),
    ("POST", "/api/user/passkeys/options"): Row(browsers("200"), {"name": ""}),
    ("POST", "/api/user/passkeys"): Row(browsers("wrong_passkey"), UNASKED),
    ("PUT", "/api/user/passkeys/{passkey_id}"): Row(browsers("not_found"), {"name": "Mine"}),
    ("DELETE", "/api/user/passkeys/{passkey_id}"): Row(browsers("not_found")),
    ("POST", "/api/unsubscribe"): Row(everybody("not_found"), {"token": "x"}),
    ("POST", "/api/leads"): Row(
        {**everybody("invalid"), "otto by token": "token_invalid"}, {"seats": 0}
    ),
    ("GET", "/api/contract"): Row(payers("not_found")),
    ("POST", "/api/contracts/{contract_key}/accept"): Row(payers("not_found", ada="not_found")),
    ("POST", "/api/contact"): Row({**everybody("invalid"), "otto by token": "token_invalid"}, {}),
    ("POST", "/api/mail/events"): Row(everybody("not_signed_in"), {"events": []}),
    ("GET", "/api/user/channels"): Row(whoever_is_signed_in("200")),
    ("PUT", "/api/user/channels"): Row(
        whoever_is_signed_in("204"), {"event": "plan", "channel": "email", "wanted": False}
    ),
    ("GET", "/api/user/identities"): Row(whoever_is_signed_in("200")),
    ("POST", "/api/user/identities/{identity_id}/disconnect"): Row(browsers("not_found")),
    ("POST", "/api/auth/provider/address"): Row(from_our_pages("invalid"), {"email": "no address"}),
    ("POST", "/api/auth/provider/mail-link"): Row(from_our_pages("provider_offer_over")),
    ("POST", "/api/auth/provider/connect"): Row(
        {**from_our_pages("provider_offer_over"), "otto by token": "token_invalid"}, {}
    ),
    ("POST", "/auth/{provider}/start"): Row(from_our_pages("→/login/provider/again")),
    ("POST", "/auth/{provider}/connect"): Row(browsers("not_found")),
    ("GET", "/auth/{provider}/callback"): Row(everybody("→/login/provider/again")),
    ("GET", "/api/notifications"): Row(whoever_is_signed_in("200")),
    ("PUT", "/api/notifications/{notification_id}/read"): Row(
        whoever_is_signed_in("204", **ONLY_ADA)
    ),
    ("DELETE", "/api/notifications/{notification_id}"): Row(
        whoever_is_signed_in("204", **ONLY_ADA)
    ),
    ("GET", "/api/workspaces"): Row(whoever_is_signed_in("200")),
    ("POST", "/api/workspaces/{workspace_key}/switch"): Row(
        browsers("200", otto="not_found", **STOLEN)
    ),
    ("GET", "/api/workspace"): Row(members("200")),
    ("PUT", "/api/workspace"): Row(payers("204"), {"name": "Harbour"}),
    ("GET", "/api/workspace/members"): Row(members("200")),
    ("PUT", "/api/workspace/members/{member_id}"): Row(
        payers("needs_upgrade", **STOLEN), {"role": "viewer"}
    ),
    ("DELETE", "/api/workspace/members/{member_id}"): Row(payers("204", **STOLEN)),
    # Who has left by the browser has left with their programs too.
    ("POST", "/api/workspace/leave"): Row(
        {
            **browsers("owner_stays", ben="200", vera="200", otto="not_found"),
            "ben by token": "token_invalid",
            "vera by token": "token_invalid",
        }
    ),
    ("POST", "/api/workspace/hand-over"): Row(
        browsers("200", ben="not_allowed", vera="not_allowed", otto="not_found", **STOLEN),
        {"member_id": "{member_id}"},
    ),
    ("GET", "/api/workspace/invitations"): Row(payers("200")),
    ("POST", "/api/workspace/invitations"): Row(
        payers("needs_upgrade"), {"email": "new@example.com", "role": "viewer"}
    ),
    ("POST", "/api/workspace/invitations/{invitation_key}/resend"): Row(
        payers("needs_upgrade", **STOLEN)
    ),
    ("DELETE", "/api/workspace/invitations/{invitation_key}"): Row(payers("204", **STOLEN)),
    ("GET", "/api/workspace/activity"): Row(payers("200")),
    ("GET", "/api/user/invitations"): Row(whoever_is_signed_in("200")),
    ("POST", "/api/user/invitations/{invitation_key}/accept"): Row(
        whoever_is_signed_in("not_found", mallory="no_seat_free")
    ),
    ("POST", "/api/user/invitations/{invitation_key}/decline"): Row(
        {**whoever_is_signed_in("not_found", mallory="200"), "mallory by token": "not_found"}
    ),
    ("POST", "/api/invitations/accept"): Row(
        {**everybody("link_invalid"), "otto by token": "token_invalid"}, {"token": "x"}
    ),
    ("GET", "/api/candles/{symbol}/{timeframe}"): Row(members("200")),
    ("GET", "/api/indicators/{symbol}/{timeframe}"): Row(members("200")),
    ("GET", "/api/indicators/{symbol}/{timeframe}/series"): Row(members("needs_upgrade")),
    ("GET", "/api/alerts"): Row(members("200")),
    ("POST", "/api/alerts"): Row(editors("201"), ALERT),
    ("POST", "/api/alerts/backtest"): Row(members("200"), ALERT),
    ("GET", "/api/alerts/{alert_key}"): Row(members("200", **STOLEN)),
    ("PUT", "/api/alerts/{alert_key}"): Row(editors("200", **STOLEN), ALERT),
    ("DELETE", "/api/alerts/{alert_key}"): Row(editors("204", **STOLEN)),
    ("POST", "/api/alerts/{alert_key}/restore"): Row(editors("200", **STOLEN)),
    ("POST", "/api/alerts/{alert_key}/pause"): Row(editors("200", **STOLEN)),
    ("POST", "/api/alerts/{alert_key}/resume"): Row(editors("200", **STOLEN)),
    ("POST", "/api/alerts/{alert_key}/mute"): Row(editors("200", **STOLEN), {"until": None}),
    ("GET", "/api/alerts/{alert_key}/history"): Row(members("200", **STOLEN)),
    ("GET", "/api/insights/{symbol}/{timeframe}"): Row(members("200")),
    ("POST", "/api/insights/{symbol}/{timeframe}/summary"): Row(editors("200"), {"reword": True}),
    ("GET", "/api/scanner"): Row(members("200"), query=CHART),
    ("GET", "/api/exports/scanner.{form}"): Row(members("needs_upgrade")),
    ("GET", "/api/exports/candles.{form}"): Row(members("needs_upgrade"), query=CHART),
    ("GET", "/api/exports/alerts.{form}"): Row(members("needs_upgrade")),
    ("GET", "/api/watchlist"): Row(members("200")),
    ("POST", "/api/watchlist"): Row(editors("201"), {"symbol": "XAUUSD", "timeframe": "D1"}),
    ("PUT", "/api/watchlist"): Row(editors("204", **STOLEN), {"ids": ["{item_id}"]}),
    ("DELETE", "/api/watchlist/{item_id}"): Row(editors("204", **STOLEN)),
    ("GET", "/api/alerts/webhook"): Row(payers("not_found")),
    ("PUT", "/api/alerts/webhook"): Row(payers("needs_upgrade"), {"url": "https://example.com"}),
    ("DELETE", "/api/alerts/webhook"): Row(payers("not_found")),
    ("POST", "/api/alerts/webhook/test"): Row(payers("not_found")),
    ("GET", "/api/alerts/telegram"): Row(whoever_is_signed_in("200")),
    ("POST", "/api/alerts/telegram"): Row(browsers("unavailable")),
    ("POST", "/api/alerts/telegram/confirm"): Row(browsers("conflict")),
    ("DELETE", "/api/alerts/telegram"): Row(whoever_is_signed_in("204")),
    ("GET", "/api/plans"): Row(everybody("200")),
    ("POST", "/api/plans"): Row(
        whoever_is_signed_in("not_allowed", sam="200"),
        {"id": "tide-pool", "name": "Pool", "tagline": "A small one.", "extends": "free"},
        at_stripe=True,
    ),
    ("POST", "/api/checkout"): Row(payers("200"), PRO, at_stripe=True),
    ("GET", "/api/subscription"): Row(members("200")),
    ("POST", "/api/subscription/preview"): Row(payers(NOTHING), PRO, at_stripe=True),
    ("POST", "/api/subscription/promotion"): Row(
        payers(NOTHING), {"code": "SPRING"}, at_stripe=True
    ),
    ("DELETE", "/api/subscription/schedule"): Row(payers(NOTHING), at_stripe=True),
    ("PUT", "/api/subscription/pause"): Row(payers(NOTHING), at_stripe=True),
    ("PUT", "/api/subscription/cancel"): Row(payers(NOTHING), at_stripe=True),
    ("PUT", "/api/subscription/resume"): Row(payers(NOTHING), at_stripe=True),
    ("PUT", "/api/subscription/upgrade"): Row(payers("200"), PRO, at_stripe=True),
    ("GET", "/api/invoices"): Row(payers("200")),
    ("GET", "/api/user/usage"): Row(members("200")),
    ("GET", "/api/entitlements/{feature}"): Row(members("200")),
    ("GET", "/api/admin/workspaces/{workspace_id}/entitlements/{feature}"): Row(
        whoever_is_signed_in("not_allowed", sam="200")
    ),
    ("GET", "/api/billing/payment-methods"): Row(payers("200")),
    ("POST", "/api/billing/payment-methods"): Row(payers("200"), at_stripe=True),
    ("PUT", "/api/billing/payment-methods/{card_id}/default"): Row(
        payers("not_found"), at_stripe=True
    ),
    ("DELETE", "/api/billing/payment-methods/{card_id}"): Row(payers("not_found"), at_stripe=True),
    ("GET", "/api/billing/details"): Row(payers("200")),
    ("PUT", "/api/billing/details"): Row(
        payers("200"), {"name": "Harbour", "email": "bills@example.org"}, at_stripe=True
    ),
    ("POST", "/api/billing/tax-ids"): Row(
        payers("tax_id_refused"), {"kind": "eu_vat", "value": "x"}, at_stripe=True
    ),
    ("DELETE", "/api/billing/tax-ids/{tax_id}"): Row(payers("not_found"), at_stripe=True),
    ("GET", "/manage-subscription/done"): Row(sent("→/settings/billing"), at_stripe=True),
    ("GET", "/payment-method/add"): Row(sent("→http://localhost"), at_stripe=True),
    ("GET", "/payment-method/added"): Row(
        sent("→/settings/billing?notice=not_found"), at_stripe=True
    ),
    ("GET", "/api/admin/feeds"): Row(whoever_is_signed_in("not_allowed", sam="200")),
    ("GET", "/api/admin/revenue"): Row(whoever_is_signed_in("not_allowed", sam="200")),
    ("POST", "/api/stripe/webhook"): Row(everybody("bad_webhook")),
    ("POST", "/api/stripe/thin"): Row(everybody("bad_webhook")),
    ("GET", "/create-checkout"): Row(sent("→/settings/billing?notice=invalid")),
    ("GET", "/upgrade/{tier}"): Row(sent("→http://localhost"), at_stripe=True),
    ("GET", "/manage-subscription"): Row(sent(f"→/settings/billing?notice={NOTHING}")),
    ("POST", "/cancel-subscription"): Row(
        sent(f"→/settings/billing?notice={NOTHING}"), at_stripe=True
    ),
    ("GET", "/api/health"): Row(everybody("503")),  # the tests' schema knows no migration
    ("GET", "/api/system/health"): Row(whoever_is_signed_in("503")),
    ("GET", "/api/docs"): Row(everybody("200")),
    ("GET", "/api/docs/start.js"): Row(everybody("200")),
    ("GET", "/.well-known/jwks.json"): Row(everybody("200")),
}


def routes():
    return {("POST", webhooks.PATH), ("POST", THIN_PATH)} | {
        (verb, route.path)
        for router in rest.ROUTERS
        for route in router.routes
        for verb in route.methods - {"HEAD"}
    }


def test_every_endpoint_says_who_may_use_it():
    assert set(TABLE) == routes()


@dataclass
class Cast:
    headers: dict[str, dict[str, str]]
    ids: dict[str, Any]


@pytest.fixture
def cast(web) -> Cast:
    """Ada's workspace with everybody in their role, and something of hers to be curious about."""
    tasks.install(NoPost())
    ada, mallory = new_tenant(), new_tenant("mallory")
    ben, vera, otto = new_user("ben"), new_user("vera"), new_user("otto")
    add_member(ada, ben, Role.ANALYST)
    add_member(ada, vera, Role.VIEWER)
    add_member(ada, otto, Role.ADMIN)
    sam, kim = new_tenant("sam"), new_user("kim")
    add_member(ada, kim, Role.ANALYST)
    with transaction() as session:
        stored = session.merge(sam.owner)
        stored.is_staff = True
        session.add(stored)
        item = watchlist.add(session, ada.id, ada.owner.id, "USDJPY", "H4")
        alert = rules.create(session, ada.id, ada.owner.id, Draft(**ALERT, note=SECRET))
        dispatch.notify(session, addressee(ada.owner), key="k", kind="harbour", about=SECRET)
        (told,) = dispatch.latest(session, ada.owner.id)
        asked_in = invitation(ada, mallory.owner)
        session.add(asked_in)
    who = {
        "ada": (ada, ada.owner),
        "ben": (ada, ben),
        "vera": (ada, vera),
        "otto": (ada, otto),
        "mallory": (mallory, mallory.owner),
        "sam": (sam, sam.owner),
    }
    headers = {name: web.as_browser(*place) for name, place in who.items()}
    headers |= {f"{name} by token": web.as_program(*place) for name, place in who.items()}
    headers["stranger"] = {}
    with transaction() as session:
        session.exec(delete(Membership).where(Membership.user_id == otto.id))
    with transaction() as session:
        sessions.start(session, ada.owner, ada.id, remember=False, origin=NOWHERE)
        key = sessions.list_of(session, ada.owner.id)[0].key
        picture.store(session, ada.owner.id, b"a drawing")
    ids = {"item_id": item.id, "notification_id": told.id, "key": key, "person_id": ada.owner.id}
    ids |= {"alert_key": alert.key, "member_id": kim.id, "workspace_key": ada.workspace.key}
    ids |= {"invitation_key": asked_in.key}
    return Cast(headers, ids)


def invitation(into, user) -> Invitation:
    at = clock.wall()
    return Invitation(
        workspace_id=into.id,
        email=user.email,
        email_key=user.email_key,
        role="viewer",
        token_digest="a digest",
        invited_by=into.owner.id,
        created_at=at,
        sent_at=at,
        expires_at=at + timedelta(days=1),
    )


def outcome(answer) -> str:
    if answer.is_redirect:
        return f"→{answer.headers['location']}"
    problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.json()["code"] if problem else str(answer.status_code)


def asked(web, cast, verb, path, row, name):
    web.client.cookies.clear()
    known = {**cast.ids, "symbol": "EURUSD", "timeframe": "H1", "tier": "pro", "passkey_id": 1}
    known |= {"feature": "watchlist_items", "workspace_id": 1, "contract_key": "ct_x"}
    known |= {"card_id": 1, "tax_id": 1, "form": "csv", "key_id": "x"}
    known |= {"identity_id": 1, "provider": "nobody"}
    body = row.body
    if isinstance(body, dict) and "ids" in body:
        body = {"ids": [known["item_id"]]}
    if isinstance(body, dict) and "member_id" in body:
        body = {"member_id": known["member_id"]}
    return web.request(
        verb,
        path.format(**known),
        json=body,
        params=row.query,
        headers=cast.headers[name],
        follow_redirects=False,
    )


# The same thing is done by several people: what one took, the next cannot take again.
ALSO_FINE = {"204": {"not_found"}, "201": {"already_watched"}}


@pytest.mark.parametrize(("verb", "path"), sorted(TABLE), ids=lambda part: part)
def test_each_endpoint_is_open_to_whom_it_should_be(web, cast, request, verb, path):
    row = TABLE[verb, path]
    if row.at_stripe:
        request.getfixturevalue("shop")
    wrong = {}
    for name in cast.headers:
        expected = row.outcomes.get(name, row.outcomes[name.removesuffix(" by token")])
        answer = asked(web, cast, verb, path, row, name)
        got = outcome(answer)
        first = name == "ada"
        fine = got.startswith(expected) if expected.startswith("→") else got == expected
        if not fine and (first or got not in ALSO_FINE.get(expected, ())):
            wrong[name] = f"{got}, not {expected}"
        if name.split()[0] in {"mallory", "sam", "stranger", "otto"}:
            assert SECRET not in answer.text, name
            assert "ada@example.com" not in answer.text, name
            assert "USDJPY" not in answer.text or path == "/api/plans", name
    assert wrong == {}


def test_what_mallory_tried_changed_nothing_of_adas(web, cast):
    for verb, path in (("DELETE", "/api/watchlist/{item_id}"), ("PUT", "/api/watchlist")):
        asked(web, cast, verb, path, TABLE[verb, path], "mallory")
        asked(web, cast, verb, path, TABLE[verb, path], "sam by token")
    for verb in ("PUT", "DELETE"):
        path = "/api/notifications/{notification_id}" + ("/read" if verb == "PUT" else "")
        asked(web, cast, verb, path, TABLE[verb, path], "mallory by token")
        asked(web, cast, verb, path, TABLE[verb, path], "ben")
    mine = cast.headers["ada"]
    assert [item["symbol"] for item in web.get("/api/watchlist", headers=mine).json()["items"]] == [
        "USDJPY"
    ]
    (told,) = web.get("/api/notifications", headers=mine).json()["notifications"]
    assert told["read_at"] is None


def test_a_missing_thing_and_anothers_thing_look_alike(web, cast):
    mine = cast.headers["mallory by token"]
    theirs = web.delete(f"/api/watchlist/{cast.ids['item_id']}", headers=mine).json()
    missing = web.delete("/api/watchlist/987654", headers=mine).json()
    for answer in (theirs, missing):
        answer.pop("request_id")
    assert theirs == missing
