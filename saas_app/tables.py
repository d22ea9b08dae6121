"""Imports every slice's models: one schema for Alembic and the tests."""

import importlib

from sqlalchemy import MetaData
from sqlmodel import SQLModel

_MODELS = (
    "saas_app.audit.models",
    "saas_app.notifications.models",
    "saas_app.accounts.models",
    "saas_app.accounts.second_factor.models",
    "saas_app.accounts.passkeys.models",
    "saas_app.accounts.oauth.models",
    "saas_app.accounts.own_data.models",
    "saas_app.workspaces.models",
    "saas_app.workspaces.api_keys.models",
    "saas_app.billing.models",
    "saas_app.billing.catalogue.models",
    "saas_app.billing.reconciliation.models",
    "saas_app.billing.money_models",
    "saas_app.billing.revenue.models",
    "saas_app.entitlements.models",
    "saas_app.entitlements.contracts.models",
    "saas_app.teams.models",
    "saas_app.market.models",
    "saas_app.market.tape.models",
    "saas_app.market.ingest.models",
    "saas_app.alerts.models",
    "saas_app.alerts.target_models",
    "saas_app.insights.models",
    "saas_app.onboarding.models",
)


def schema() -> MetaData:
    """The whole schema, whichever slice a process happens to use."""
    for name in _MODELS:
        importlib.import_module(name)
    return SQLModel.metadata
