"""The security page: what it shows of the second factor and passkeys, and that no secret gets into state."""

import asyncio
import json
import re

import pytest
from sqlmodel import update

from saas_app.accounts import devices
from saas_app.accounts.models import KnownDevice, User
from saas_app.accounts.passkeys.models import Passkey
from saas_app.accounts.second_factor import recovery
from saas_app.accounts.second_factor.models import Phone, Totp
from saas_app.audit.trail import Origin
from saas_app.core import clock, tasks
from saas_app.core.db import transaction
from saas_app.core.texts import has
from saas_app.ui.pages.settings.security.passkeys_state import Passkeys
from saas_app.ui.pages.settings.security.two_factor_state import TwoFactor
from tests.support.billing_world import NoPost, new_tenant
from tests.support.sandbox_process import ROOT
from tests.support.states import logged_in, tab

LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
PAGE = "/settings/security"


@pytest.fixture
def ada(database):
    tasks.install(NoPost())
    return new_tenant()


def with_everything(ada):
    at = clock.wall()
    with transaction() as session:
        owner = session.get(User, ada.owner.id)
        session.add(Totp(user_id=owner.id, sealed_secret="sealed", created_at=at, confirmed_at=at))
        session.add(Phone(user_id=owner.id, number="+4915123456789", created_at=at, verified_at=at))
        session.add(
            Passkey(
                user_id=owner.id,
                credential_id="the id",
                public_key="the key",
                name="Laptop",
                created_at=at,
            )
        )
        codes = recovery.make(session, owner.id)
        devices.met(session, owner, "", Origin("203.0.113.9", LINUX), trust=True)
    return codes


def opened(ada, path=PAGE):
    page = tab(path, logged_in(ada))

    async def load():
        await page.call(TwoFactor, "load")
        await page.call(Passkeys, "load")
        return await page.of(TwoFactor), await page.of(Passkeys)

    return page, *asyncio.run(load())


def test_whoever_has_nothing_yet_sees_that(ada):
    _, factor, keys = opened(ada)
    assert (factor.ready, factor.on, factor.app_since, factor.codes_left) == (True, False, "", 0)
    assert (factor.some, keys.some, keys.ready) == (False, False, True)


def test_whoever_has_everything_sees_all_of_it(ada):
    with_everything(ada)
    _, factor, keys = opened(ada)
    assert factor.on
    assert factor.app_since
    assert (factor.codes_left, factor.number) == (10, "+49 ••• 89")
    assert [row.agent for row in factor.browsers] == ["Chrome on Linux"]
    assert [row.name for row in keys.rows] == ["Laptop"]


def test_no_secret_of_any_way_is_in_the_pages_state(ada):
    codes = with_everything(ada)
    _, factor, keys = opened(ada)
    shown = json.dumps([factor.dict(), keys.dict()], default=str)
    for hidden in (*codes, "sealed", "the key", "the id", "+4915123456789"):
        assert hidden not in shown


def test_another_persons_ways_are_not_shown(ada):
    with_everything(ada)
    _, factor, keys = opened(new_tenant("mallory"))
    assert (factor.on, factor.browsers, keys.rows) == (False, [], [])


@pytest.mark.parametrize(
    ("done", "said"),
    [("app_on", "Your authenticator app is on."), ("<b>x", ""), ("", "")],
)
def test_what_was_done_is_said_once_the_page_is_there(ada, done, said):
    page, _, _ = opened(ada, f"{PAGE}?done={done}")
    assert asyncio.run(page.notice()) == said


def test_a_trust_that_is_over_is_not_listed(ada):
    with_everything(ada)
    with transaction() as session:
        session.exec(update(KnownDevice).values(trusted_until=clock.wall()))
    assert opened(ada)[1].browsers == []


def test_every_security_event_that_is_written_down_has_words_on_the_page():
    written = {
        event
        for folder in ("accounts", "api")
        for path in (ROOT / "saas_app" / folder).rglob("*.py")
        for event in re.findall(
            r'trail\.record\(\s*session,\s*"((?:two_factor|passkey|session)\.\w+)"',
            path.read_text(),
        )
    }
    assert {"two_factor.app_on", "passkey.added", "session.stepped_up"} <= written
    assert [event for event in sorted(written) if not has(f"happening.{event}")] == []
