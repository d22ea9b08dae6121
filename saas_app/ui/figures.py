"""Reads a number as a person writes it into a field."""

import re

_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([, ])\d{3}(\1\d{3})*(\.\d+)?")


def number(written: str) -> float:
    """Commas and blanks may set off thousands, nothing else: "0,5" must never count as 5.

    Raises ValueError for what is no number.
    """
    plain = written.strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "").replace(" ", "")
    return float(plain)
