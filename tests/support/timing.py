"""Whether two kinds of request can be told apart by how long they take."""

import math
import time
from collections.abc import Callable
from itertools import chain
from statistics import median

_SAMPLES = 60
_ROUNDS = 3
_NOTICEABLE_SECONDS = 0.005
# Below the jitter of the slow hash that tests leave out, and of any network: a row more or less.
_UNMEASURABLE_SECONDS = 0.0003


def told_apart(one: Callable[[int], object], other: Callable[[int], object]) -> str:
    """Empty when they look alike, else what gave them away.

    Alike: the medians lie within 5 ms of each other and the Mann-Whitney U test does not tell the
    samples apart (p > 0.01), unless by less than anybody can measure from outside. A busy machine may spoil a round, a real difference shows in each.
    """
    said = ""
    for number in range(_ROUNDS):
        ours, theirs = [], []
        for sample in range(number * _SAMPLES, (number + 1) * _SAMPLES):
            ours.append(_seconds(one, sample))
            theirs.append(_seconds(other, sample))
        apart, p = abs(median(ours) - median(theirs)), mann_whitney_p(ours, theirs)
        if apart < _UNMEASURABLE_SECONDS or (apart < _NOTICEABLE_SECONDS and p > 0.01):
            return ""
        said = f"medians {apart * 1000:.2f} ms apart, p={p:.4f}"
    return said


def mann_whitney_p(ours: list[float], theirs: list[float]) -> float:
    """Two-sided p by the normal approximation; times do not tie."""
    ranked = sorted(chain(((t, 0) for t in ours), ((t, 1) for t in theirs)))
    ranks = sum(rank for rank, (_, whose) in enumerate(ranked, 1) if whose == 0)
    n, m = len(ours), len(theirs)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def _seconds(act: Callable[[int], object], sample: int) -> float:
    began = time.perf_counter()
    act(sample)
    return time.perf_counter() - began
