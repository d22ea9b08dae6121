"""The explanation of one feature, read anew whenever the page is opened."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import snapshot
from saas_app.core.texts import text
from saas_app.entitlements import explanation
from saas_app.entitlements.explanation import Explanation, NoSuchFeature
from saas_app.plans.features import FEATURES
from saas_app.ui.pages.why import rows
from saas_app.ui.pages.why.rows import Fact
from saas_app.ui.state.guard import guarded

_LONGEST = 64


class Why(rx.State):
    """`missing` where the address names nothing that this product limits."""

    ready: bool = False
    missing: bool = False
    title: str = ""
    sentence: str = ""
    allowed: bool = False
    upgrade: str = ""
    facts: list[Fact] = []

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        query = parse_qs(urlsplit(self.router.url).query)
        feature, item = (query.get(name, [""])[0][:_LONGEST] for name in ("feature", "item"))
        try:
            found = await asyncio.to_thread(_read, who, feature, item)
        except NoSuchFeature:
            self.missing, self.ready = True, True
            return
        self.missing = False
        self.title = text(f"feature.{FEATURES[feature].value}")
        self.sentence, self.allowed = found.sentence, found.allowed
        self.upgrade = found.upgrade_name
        self.facts = rows.facts(found, who.time_zone)
        self.ready = True


def _read(who: SignedIn, feature: str, item: str) -> Explanation:
    with snapshot() as session:
        return explanation.of(session, who.workspace_id, feature, item=item or None)
