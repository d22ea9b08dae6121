"""Puts the catalogue and our webhook endpoint into whatever Stripe we are pointed at. Harmless twice."""

from sqlmodel import col, delete

from saas_app.billing import events, gateway, offer, secrets
from saas_app.billing.models import WebhookEndpoint
from saas_app.core.db import transaction
from saas_app.core.settings import settings
from saas_app.plans import rules

WEBHOOK_PATH = "/api/stripe/webhook"


def apply() -> list[str]:
    """One line for each thing changed; the second time there is none.

    Raises CatalogueRefused for prices nobody has decided yet, where real money would move.
    """
    catalogue = offer.catalogue()
    if settings().live:
        rules.check_live(catalogue)
    return [*gateway.current().publish(catalogue), *_endpoint()]


def _endpoint() -> list[str]:
    url = f"{settings().origin}{WEBHOOK_PATH}"
    with transaction() as session:
        known = secrets.renew(session, url)
    published = gateway.current().endpoint(
        url, events.LISTENED, known=known, any_will_do=bool(settings().stripe_webhook_secrets)
    )
    if published.secret is not None:
        with transaction() as session:
            session.exec(delete(WebhookEndpoint).where(col(WebhookEndpoint.url) == url))
            secrets.keep(
                session,
                endpoint=published.id,
                url=url,
                version=published.api_version,
                live=published.livemode,
                secret=published.secret,
            )
        secrets.forget()
    return list(published.changes)
