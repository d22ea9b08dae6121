"""The two pictures: forecasts beside what came, and how often what was said came true. Pure geometry."""

from collections.abc import Sequence
from dataclasses import dataclass

from saas_app.insights.direction import Calibrated
from saas_app.insights.expected_range import Judged

WIDTH, HEIGHT = 320, 110
SIDE = 120  # of the square that shows calibration
_MARGIN = 6


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: str
    tone: str


def band(judged: Sequence[Judged]) -> str:
    """The outline of the band, there along its upper edge and back along the lower; empty for too few."""
    if len(judged) < 2:  # noqa: PLR2004 — a line has two ends
        return ""
    upper = [_at(number, each.high, judged) for number, each in enumerate(judged)]
    lower = [_at(number, each.low, judged) for number, each in enumerate(judged)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *reversed(lower)])


def middle(judged: Sequence[Judged]) -> str:
    points = [_at(number, each.expected, judged) for number, each in enumerate(judged)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def came(judged: Sequence[Judged]) -> list[Dot]:
    """What came, by whether the band held it."""
    found: list[Dot] = []
    for number, each in enumerate(judged):
        x, y = _at(number, each.came, judged)
        tone = "inside" if each.low <= each.came <= each.high else "outside"
        found.append(Dot(f"{x:.1f}", f"{y:.1f}", tone))
    return found


def calibration(found: Sequence[Calibrated]) -> list[Dot]:
    """To the right what was said, upwards what came; on the diagonal both agree."""
    return [
        Dot(f"{each.said * SIDE:.1f}", f"{(1 - each.came) * SIDE:.1f}", "said") for each in found
    ]


def _at(number: int, value: float, judged: Sequence[Judged]) -> tuple[float, float]:
    top = max(max(each.high, each.came) for each in judged) or 1.0
    step = (WIDTH - 2 * _MARGIN) / max(1, len(judged) - 1)
    return _MARGIN + number * step, HEIGHT - _MARGIN - value / top * (HEIGHT - 2 * _MARGIN)
