"""Puts the catalogue and our webhook endpoint into whatever Stripe we are pointed at. Harmless twice."""

from collections.abc import Sequence
from typing import Protocol

from sqlmodel import col, delete

from saas_app.billing import events, gateway, offer, secrets
from saas_app.billing.models import WebhookEndpoint
from saas_app.core.db import transaction
from saas_app.core.settings import settings
from saas_app.plans import rules
from saas_app.plans.catalogue import Catalogue

WEBHOOK_PATH = "/api/stripe/webhook"
THIN_PATH = "/api/stripe/thin"


def apply(catalogue: Catalogue | None = None) -> list[str]:
    """One line for each thing changed; the second time there is none. Without one, what is in force.

    Raises CatalogueRefused for prices nobody has decided yet, where real money would move.
    """
    catalogue = catalogue or offer.catalogue()
    if settings().live:
        rules.check_live(catalogue)
    ours = gateway.current()
    snapshots = (*events.LISTENED, *events.ABOUT_THE_CATALOGUE)
    done = [*ours.publish(catalogue), *_endpoint(ours.endpoint, WEBHOOK_PATH, snapshots)]
    if any(meter.cost_meter for meter in catalogue.meters.values()):
        done += _endpoint(ours.thin_endpoint, THIN_PATH, (events.USAGE_LOST,))
    return done


class _Publishes(Protocol):
    def __call__(
        self, url: str, events: Sequence[str], *, known: str | None, any_will_do: bool
    ) -> gateway.EndpointPublished: ...


def _endpoint(publish: _Publishes, path: str, listened: Sequence[str]) -> list[str]:
    url = f"{settings().origin}{path}"
    with transaction() as session:
        known = secrets.renew(session, url)
    published = publish(
        url, listened, known=known, any_will_do=bool(settings().stripe_webhook_secrets)
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
