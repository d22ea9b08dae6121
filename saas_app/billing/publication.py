"""Puts the catalogue and our webhook endpoint into whatever Stripe we are pointed at. Harmless twice."""

from sqlmodel import col, delete

from saas_app.billing import events, gateway, offer, secrets
from saas_app.billing.models import WebhookEndpoint
from saas_app.core.db import transaction
from saas_app.core.settings import settings
from saas_app.plans import rules
from saas_app.plans.catalogue import Catalogue

WEBHOOK_PATH = "/api/stripe/webhook"


def apply(catalogue: Catalogue | None = None) -> list[str]:
    """One line for each thing changed; the second time there is none. Without one, what is in force.

    Raises CatalogueRefused for prices nobody has decided yet, where real money would move.
    """
    catalogue = catalogue or offer.catalogue()
    if settings().live:
        rules.check_live(catalogue)
    return [*gateway.current().publish(catalogue), *_endpoint()]


def _endpoint() -> list[str]:
    url = f"{settings().origin}{WEBHOOK_PATH}"
    with transaction() as session:
        known = secrets.renew(session, url)
    published = gateway.current().endpoint(
        url,
        (*events.LISTENED, *events.ABOUT_THE_CATALOGUE),
        known=known,
        any_will_do=bool(settings().stripe_webhook_secrets),
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
