import asyncio
from dataclasses import dataclass

import pytest

from saas_app.entitlements.errors import NeedsUpgrade
from saas_app.entitlements.premium_required import WhichWorkspace, premium_required
from saas_app.plans.access import Status
from saas_app.plans.features import Feature
from tests.domain.entitlements.test_columns import subscribe
from tests.support.billing_world import new_tenant

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("wired")]


@premium_required(Feature.EXPORTS, item="csv")
def export(workspace_id: int) -> str:
    return "exported"


def test_free_is_refused_with_the_plan_that_would_do():
    ada = new_tenant()
    with pytest.raises(NeedsUpgrade) as refused:
        export(ada.id)
    assert refused.value.code == "needs_upgrade"
    assert refused.value.facts["feature"] == "exports"
    assert refused.value.facts["upgrade_to"] == "pro"
    assert refused.value.message == (
        "Free does not include csv among its export formats. Nothing was lost or changed. "
        "Pro includes it."
    )


def test_pro_goes_through():
    ada = new_tenant()
    subscribe(ada.id, Status.ACTIVE)
    assert export(ada.id) == "exported"


@dataclass
class Viewer:
    workspace_id: int


def test_the_item_and_the_workspace_come_from_the_call():
    @premium_required(Feature.TIMEFRAMES, item=lambda viewer, timeframe: timeframe)
    def candles(viewer: Viewer, timeframe: str) -> str:
        return timeframe

    ada = new_tenant()
    assert candles(Viewer(ada.id), "H1") == "H1"
    with pytest.raises(NeedsUpgrade):
        candles(Viewer(ada.id), "M5")
    with pytest.raises(NeedsUpgrade):
        candles(viewer=Viewer(ada.id), timeframe="M5")


def test_every_shape_of_handler_is_kept_shut_and_keeps_its_shape():
    reached = []

    @premium_required(Feature.INSIGHTS, item="advanced")
    async def coroutine(workspace_id):
        reached.append("coroutine")
        return workspace_id

    @premium_required(Feature.INSIGHTS, item="advanced")
    def generator(workspace_id):
        reached.append("generator")
        yield workspace_id

    @premium_required(Feature.INSIGHTS, item="advanced")
    async def stream(workspace_id):
        reached.append("stream")
        yield workspace_id

    async def all_of(workspace_id):
        return [each async for each in stream(workspace_id)]

    ada, ben = new_tenant("ada"), new_tenant("ben")
    subscribe(ben.id, Status.ACTIVE)
    for attempt in (
        lambda: asyncio.run(coroutine(ada.id)),
        lambda: list(generator(ada.id)),
        lambda: asyncio.run(all_of(ada.id)),
    ):
        with pytest.raises(NeedsUpgrade):
            attempt()
    assert reached == []
    assert asyncio.run(coroutine(ben.id)) == ben.id
    assert list(generator(ben.id)) == asyncio.run(all_of(ben.id)) == [ben.id]


def test_a_call_that_shows_no_workspace_is_a_mistake_of_ours():
    @premium_required(Feature.EXPORTS, item="csv")
    def lost(name: str) -> str:
        return name

    with pytest.raises(WhichWorkspace):
        lost("x")
