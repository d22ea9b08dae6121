"""Whether a webhook is to be believed: by the secrets we remember, and by newer ones if need be.

A signature that does not fit may be of an endpoint made this moment, by another process, so the
table is read again before anything is refused. Anybody can send us such a signature: all who
wait share one reading, and there is at most one in a while.
"""

import asyncio
import time
import weakref
from dataclasses import dataclass

from saas_app.billing import secrets
from saas_app.billing.errors import WrongSignature
from saas_app.billing.gateway import EventFacts
from saas_app.billing.stripe import webhooks
from saas_app.core import clock

_APART_SECONDS = 0.25


async def believed(body: bytes, signature: str) -> EventFacts:
    """Raises BadWebhook for what is not, and whatever the database raises."""
    known = secrets.remembered()
    if known is None:
        known = await asyncio.to_thread(secrets.current)
    try:
        return webhooks.opened(body, signature, known, at=clock.wall())
    except WrongSignature:
        known = await _reader().again()
        return webhooks.opened(body, signature, known, at=clock.wall())


@dataclass(slots=True)
class _Reader:
    """Reads the secrets again for one event loop."""

    next_one: asyncio.Task[tuple[str, ...]] | None = None
    read_at: float = float("-inf")

    async def again(self) -> tuple[str, ...]:
        """As the table is after this was asked: nobody joins a reading that had begun before."""
        if self.next_one is None:
            self.next_one = asyncio.create_task(self._read())
        # Whoever hangs up must not take the reading away from the others.
        return await asyncio.shield(self.next_one)

    async def _read(self) -> tuple[str, ...]:
        await asyncio.sleep(max(0.0, self.read_at + _APART_SECONDS - time.monotonic()))
        self.next_one, self.read_at = None, time.monotonic()
        return await asyncio.to_thread(secrets.read_again)


_readers: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Reader] = (
    weakref.WeakKeyDictionary()
)


def _reader() -> _Reader:
    return _readers.setdefault(asyncio.get_running_loop(), _Reader())
