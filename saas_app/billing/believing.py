"""Whether a webhook is to be believed: by the secrets we remember, and by newer ones if need be.

A signature that does not fit may be of an endpoint made this moment, by another process, so the
table is read again before anything is refused. Anybody can send us such a signature: all who
wait share one reading, and there is at most one in a while.
"""

import asyncio
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from saas_app.billing import secrets
from saas_app.billing.errors import WrongSignature
from saas_app.billing.gateway import EventFacts, ThinEventFacts
from saas_app.billing.stripe import webhooks
from saas_app.core import clock

_APART_SECONDS = 0.25
_Facts_co = TypeVar("_Facts_co", covariant=True)  # an event, or the mention of one


async def believed(body: bytes, signature: str) -> EventFacts:
    """Raises BadWebhook for what is not, and whatever the database raises."""
    return await _opened(webhooks.opened, body, signature)


async def mentioned(body: bytes, signature: str) -> ThinEventFacts:
    """As `believed`, for a thin event."""
    return await _opened(webhooks.mentioned, body, signature)


class _Open(Protocol[_Facts_co]):
    def __call__(
        self, body: bytes, signature: str, secrets: Sequence[str], *, at: datetime
    ) -> _Facts_co: ...


async def _opened(open_: _Open[_Facts_co], body: bytes, signature: str) -> _Facts_co:
    known = secrets.remembered()
    if known is None:
        known = await asyncio.to_thread(secrets.current)
    try:
        return open_(body, signature, known, at=clock.wall())
    except WrongSignature:
        known = await _reader().again()
        return open_(body, signature, known, at=clock.wall())


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
