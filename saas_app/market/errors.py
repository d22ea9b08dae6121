"""What the market slice refuses, in words a person can act on."""

from saas_app.core.errors import Conflict, Invalid, NotFound


class UnknownSymbol(NotFound):
    code = "unknown_symbol"


class UnknownTimeframe(Invalid):
    code = "unknown_timeframe"


class UnknownIndicator(Invalid):
    code = "unknown_indicator"


class Gap(Conflict):
    """Candles would leave a hole; `until` says where the next ones must begin."""

    code = "gap"
