"""Words from outside as every database and every reader of them can hold them."""


def printable(written: str) -> str:
    """On one line, without what cannot be seen.

    PostgreSQL keeps no NUL and nobody half of a surrogate pair; Stripe might keep the NUL, and
    then every later look at the customer would fail on it.
    """
    return "".join(c if c.isprintable() else " " for c in written).strip()
