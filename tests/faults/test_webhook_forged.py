"""A flood of forged webhooks costs little, and hides no genuine one."""

import asyncio

import pytest

from saas_app.billing import believing, inbox, secrets
from saas_app.billing.errors import BadWebhook
from saas_app.core.db import transaction
from tests.support.billing_world import event_body, signed, stored_events

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("wired")]

ROLLED = "whsec_rolled_by_another_process"


@pytest.fixture
def readings(monkeypatch):
    """One entry for each time the table of secrets was read."""
    seen = []
    stored = secrets._stored
    monkeypatch.setattr(secrets, "_stored", lambda: seen.append(1) or stored())
    return seen


async def forged() -> None:
    body = event_body("cus_1", event_id="evt_forged")
    with pytest.raises(BadWebhook):
        await inbox.receive(body, signed(body, secret="whsec_guessed"))


def test_forged_events_that_come_together_share_one_reading(readings):
    async def flood() -> None:
        await asyncio.gather(*(forged() for _ in range(200)))

    asyncio.run(flood())
    assert len(readings) <= 3
    assert stored_events() == {}


def test_forged_events_one_after_another_are_read_for_at_most_so_often(readings, monkeypatch):
    monkeypatch.setattr(believing, "_APART_SECONDS", 0.05)

    async def dribble() -> float:
        began = asyncio.get_running_loop().time()
        for _ in range(6):
            await forged()
        return asyncio.get_running_loop().time() - began

    took = asyncio.run(dribble())
    assert len(readings) <= 1 + 1 + took / 0.05


@pytest.mark.parametrize("header", ["", "t=1,v1=abc", "nonsense"])
def test_what_no_secret_could_make_good_is_refused_without_reading(readings, header):
    async def one() -> None:
        with pytest.raises(BadWebhook):
            await inbox.receive(event_body("cus_1"), header)

    async def many() -> None:
        for _ in range(20):
            await one()

    asyncio.run(many())
    assert len(readings) == 1


def test_a_genuine_event_right_after_a_rotation_is_believed_amid_a_flood():
    body = event_body("cus_1", event_id="evt_genuine")

    async def flood() -> inbox.Received:
        attackers = [asyncio.create_task(forged()) for _ in range(50)]
        await attackers[0]  # a reading was just made, and more are asked for
        await asyncio.to_thread(rotated_elsewhere)
        attackers += [asyncio.create_task(forged()) for _ in range(50)]
        genuine = await inbox.receive(body, signed(body, secret=ROLLED))
        await asyncio.gather(*attackers)
        return genuine

    assert asyncio.run(flood()) is inbox.Received.STORED
    assert set(stored_events()) == {"evt_genuine"}


def test_who_hangs_up_takes_the_reading_from_nobody():
    async def one_leaves() -> None:
        await forged()
        leaving = asyncio.create_task(forged())
        staying = asyncio.create_task(forged())
        await asyncio.sleep(0)
        leaving.cancel()
        await staying

    asyncio.run(one_leaves())


def rotated_elsewhere() -> None:
    """As another process would: ours hears nothing of it."""
    with transaction() as session:
        secrets.keep(
            session, endpoint="we_1", url="http://x", version="v", live=False, secret=ROLLED
        )
