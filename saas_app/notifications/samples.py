"""One letter of each kind with made-up facts: to be looked at in a real mail program, and in tests."""

from collections.abc import Iterator
from typing import Any

from saas_app.core import clock, ids
from saas_app.core.settings import settings
from saas_app.core.texts import under
from saas_app.notifications import letters, mail
from saas_app.notifications.channels import email
from saas_app.notifications.models import Mail

# What the words of a kind speak of; a kind that is not here needs no facts, or billing's.
FACTS: dict[str, dict[str, Any]] = {
    "verify_email": {"hours": 24},
    "reset_password": {"minutes": 30},
    "choose_password": {"minutes": 30},
    "export_ready": {"days": 7},
    "deletion_requested": {"day": "5 Dec 2026"},
    "deletion_soon": {"day": "5 Dec 2026"},
    "leave_address": {"old": "old@example.com", "new": "new@example.com", "hours": 24},
    "join_address": {"hours": 24},
    "address_changed": {"old": "old@example.com", "new": "new@example.com"},
    "recovery_code_used": {"left": 9},
    "api_key_made": {"key_name": "Nightly export"},
    "api_key_leaked": {"key_name": "Nightly export"},
    "passkey_added": {"passkey": "Blue key"},
    "passkey_removed": {"passkey": "Blue key"},
    "passkey_count_went_back": {"passkey": "Blue key"},
    "phone_changed": {"what": "Codes by SMS go elsewhere."},
    "login_code": {"code": "123456"},
    "new_device": {"at": "5 Dec 2026, 14:05 UTC", "address": "203.0.113.9", "agent": "Firefox"},
    "provider_connected": {"account": "Google (ada@example.com)"},
    "provider_disconnected": {"account": "Google (ada@example.com)"},
    "provider_link": {"provider": "Google", "minutes": 30},
    "provider_known": {"provider": "Google"},
    "contact_message": {
        "topic": "A question",
        "sender": "ada@example.com",
        "account": "account 7",
        "message": "Where do I find the levels?",
    },
    "team_invitation": {
        "workspace": "Harbour",
        "inviter": "Ada (ada@example.com)",
        "role": "Analyst",
        "days": 7,
    },
    "contact_receipt": {"topic": "A question", "message": "Where do I find the levels?"},
}
TEAM = {"workspace": "Harbour", "who": "Ben", "role": "Analyst"}
CONTRACT = {
    "plan": "Enterprise",
    "amount": "$12,000.00",
    "seats": 40_017,
    "until": "5 Jan 2027",
    "due_days": 50_021,
}
ALERT = {
    "symbol": "EURUSD",
    "what": "crosses 1.08500",
    "shown": "1.08504",
    "timeframe": "H1",
    "note": "The round number.",
    "count": 40_017,
    "lines": "EURUSD crosses 1.08500: 3 times, last at 1.08504",
    "by": "webhook",
    "error": "The endpoint answers 500.",
}
USAGE = {"plan": "Free", "feature": "AI prompts", "used": 40_017, "limit": 50_021}
BILLING = {
    "plan": "Pro",
    "free": "Free",
    "trial_end": "5 Dec 2026",
    "ends": "5 Jan 2027",
    "grace_until": "12 Dec 2026",
    "pay_link": "https://example.com/pay",
    "renews": "5 Feb 2027",
    "price": "$290.00",
    "amount": "$29.00",
    "card": "Visa 4242",
    "seats": 7391,
    "retry": "We try again by ourselves on 8 Dec 2026.",
}


def kinds() -> list[str]:
    """Every kind of letter there are words for."""
    return sorted({key.rpartition(".")[0] for key in under("mail") if "." in key})


def facts(kind: str) -> dict[str, Any]:
    if kind.startswith("usage."):
        return USAGE
    if kind.startswith("contract."):
        return CONTRACT
    if kind.startswith("team."):
        return TEAM
    if kind.startswith("alert."):
        return ALERT
    return BILLING if kind.startswith("billing.") else FACTS.get(kind, {})


def send_all(to: str) -> Iterator[str]:
    """Send one of each over SMTP, now; each kind as it went out. Raises Refused and Unavailable."""
    for kind in kinds():
        letter = letters.written(
            kind, name="Ada", link=f"{settings().origin}/dashboard", **facts(kind)
        )
        row = Mail(
            key=ids.new("sample"),
            to=to,
            subject=letter.subject,
            body=letter.body,
            html=letter.html,
            created_at=clock.now(),
        )
        email.send(mail.message(row), settings().smtp)
        yield kind
