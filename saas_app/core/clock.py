"""One clock, two faces: `now()` may be moved by the sandbox, `wall()` by nobody.

Everything a person would call a date (trials, grace, quotas, reminders) asks `now()`.
Sessions, tokens, throttles, leases and webhook signatures ask `wall()`: a jump of the
business clock must neither expire a session nor open a stale signature.
"""

from datetime import UTC, datetime, timedelta

_lead = timedelta()


def wall() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 — the one place that reads the machine's clock


def now() -> datetime:
    return wall() + _lead


def lead() -> timedelta:
    """How far `now()` runs ahead of `wall()`; zero outside the sandbox."""
    return _lead


def set_lead(lead: timedelta) -> bool:
    """Let `now()` run this far ahead; True when that is a change worth announcing.

    A second of difference is measurement noise between two processes, not a jump.
    """
    global _lead  # noqa: PLW0603 — the lead is a fact about this process, not about a caller
    moved = abs(lead - _lead) >= timedelta(seconds=1)
    if moved:
        _lead = lead
    return moved
