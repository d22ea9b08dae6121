"""Waits for any of several topics at once, for the background handlers of pages."""

import asyncio

from saas_app.core import live


class News:
    """Remembers what was seen of each topic, so that nothing is missed between two waits."""

    def __init__(self, *topics: str) -> None:
        self._seen = {topic: live.HUB.version(topic) for topic in topics}

    async def next(self, within: float) -> frozenset[str]:
        """The topics that changed since the last time; empty when `within` seconds passed first."""
        waits = [
            asyncio.create_task(live.HUB.wait(topic, version, within))
            for topic, version in self._seen.items()
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        now = {topic: live.HUB.version(topic) for topic in self._seen}
        changed = frozenset(topic for topic in now if now[topic] != self._seen[topic])
        self._seen = now
        return changed
