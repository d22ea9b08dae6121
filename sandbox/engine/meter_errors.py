"""Usage that was taken and could not be counted: gathered for a minute, then told as a thin event."""

from sandbox.engine import due
from sandbox.objects import thin
from sandbox.store import Body
from sandbox.world import World

WINDOW = 60
_KIND = "billing.meter_event"


def plan(world: World, meter: Body) -> None:
    """Have what this meter could not count told when the minute is over."""
    end = world.now() // WINDOW * WINDOW + WINDOW
    due.at(world, meter["id"], "report_meter_errors", end)


def report(world: World, meter: Body) -> None:
    """Tell what could not be counted and was not told yet; once for each use."""
    failed = [each for each in _failed(world, meter["id"]) if not each.get("_told")]
    if not failed:
        return
    for each in failed:
        world.store.put({**each, "_told": True})
    now = world.now()
    span = (min(each["created"] for each in failed) // WINDOW * WINDOW, now)
    world.tell(thin.meter_errors(meter, failed, span, now=now))


def refused(world: World) -> list[Body]:
    """Everything that could not be counted, with the code of the report."""
    return [
        {"code": each["_error"], "identifier": each["identifier"], "meter": each["_meter"]}
        for each in _failed(world)
    ]


def _failed(world: World, meter: str | None = None) -> list[Body]:
    where = {"_meter": meter} if meter else {}
    return [each for each in world.store.select(_KIND, where) if each["_error"]]
