"""The account behind every key, new webhook endpoints, and the customer portal's objects."""

from sandbox import ids
from sandbox.store import Body

ACCOUNT = {
    "id": "acct_sandbox0000000",
    "object": "account",
    "business_profile": {
        "annual_revenue": None,
        "estimated_worker_count": None,
        "mcc": None,
        "minority_owned_business_designation": None,
        "name": "Sandbox",
        "product_description": None,
        "support_address": None,
        "support_email": None,
        "support_phone": None,
        "support_url": None,
        "url": None,
    },
    "business_type": None,
    "charges_enabled": True,
    "country": "US",
    "created": 1_700_000_000,
    "default_currency": "usd",
    "details_submitted": True,
    "email": None,
    "metadata": {},
    "payouts_enabled": False,
    "type": "standard",
}


def endpoint(params: Body, *, now: int) -> Body:
    """A webhook endpoint; only the answer to its creation shows the secret."""
    return {
        "id": ids.new("webhook_endpoint"),
        "object": "webhook_endpoint",
        "api_version": params.get("api_version"),
        "application": None,
        "created": now,
        "description": params.get("description"),
        "enabled_events": params["enabled_events"],
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "status": "enabled",
        "url": params["url"],
        "_secret": f"whsec_{ids.letters(32)}",
    }


def portal_configuration(params: Body, *, is_default: bool, now: int) -> Body:
    """What the portal lets customers do."""
    features = params.get("features") or {}
    return {
        "id": ids.new("billing_portal.configuration"),
        "object": "billing_portal.configuration",
        "active": True,
        "application": None,
        "business_profile": {
            "headline": None,
            "privacy_policy_url": None,
            "terms_of_service_url": None,
            **(params.get("business_profile") or {}),
        },
        "created": now,
        "default_return_url": params.get("default_return_url"),
        "features": {
            name: {**default, **(features.get(name) or {})} for name, default in _FEATURES.items()
        },
        "is_default": is_default,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": params.get("metadata") or {},
        "name": params.get("name"),
        "updated": now,
    }


def portal_session(params: Body, *, configuration: str, url: str, now: int) -> Body:
    """A customer's way into the portal."""
    session_id = ids.new("billing_portal.session")
    return {
        "id": session_id,
        "object": "billing_portal.session",
        "configuration": configuration,
        "created": now,
        "customer": params["customer"],
        "customer_account": None,
        "flow": None,
        "livemode": False,
        "locale": params.get("locale"),
        "on_behalf_of": None,
        "return_url": params.get("return_url"),
        "url": f"{url}/p/session/{session_id}",
    }


_FEATURES: dict[str, Body] = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True, "payment_method_configuration": None},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "options": ["other"]},
        "enabled": True,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_pause": {
        "duration": {"interval_options": [], "type": "indefinite"},
        "enabled": False,
    },
    "subscription_update": {
        "billing_cycle_anchor": None,
        "default_allowed_updates": [],
        "enabled": False,
        "products": None,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "continue_trial",
    },
}
