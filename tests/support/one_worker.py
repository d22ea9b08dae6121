"""All journeys on one xdist worker: they share one product, one bundle and one Chromium.

xdist 3.8's own groups rename the tests for that, and pytest 9.2 takes no new names: `xdist_group`
is silently without effect there.
"""

from xdist.scheduler import LoadGroupScheduling

_JOURNEYS = "tests/e2e/"


class JourneysTogether(LoadGroupScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return _JOURNEYS if nodeid.startswith(_JOURNEYS) else super()._split_scope(nodeid)
