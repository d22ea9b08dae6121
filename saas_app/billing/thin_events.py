"""Takes in events that only say that something happened. Stores nothing: whoever acts asks Stripe."""

from sqlalchemy.exc import SQLAlchemyError

from saas_app.billing import believing
from saas_app.billing.gateway import ThinEventFacts
from saas_app.core.errors import Unavailable
from saas_app.core.settings import settings


class NotRead(Unavailable):
    """What would prove it could not be read: the sender is told so and will send it again."""

    code = "not_read"


async def believed(body: bytes, signature: str) -> ThinEventFacts | None:
    """None for one of the other mode. Raises BadWebhook (answer 400) or NotRead (answer 503)."""
    try:
        facts = await believing.mentioned(body, signature)
    except SQLAlchemyError as error:
        raise NotRead("The event could not be read. Please send it again.") from error
    return facts if facts.livemode == settings().live else None
