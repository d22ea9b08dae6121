"""One line of the table."""


def line(what: str, value: str, baseline: str = "") -> str:
    return f"{what:<72} {value:>20}   {baseline}"


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of them (0..1) do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
