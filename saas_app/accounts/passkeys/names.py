"""What a person calls a passkey."""

from saas_app.core.errors import Invalid
from saas_app.core.texts import text

LONGEST = 40


def checked(name: str) -> str:
    """Without needless spaces; empty is allowed. Raises Invalid, field `name`."""
    name = " ".join(name.split())
    if len(name) > LONGEST or not name.isprintable():
        raise Invalid(
            text("passkeys.name_refused"),
            fields={"name": text("passkeys.name_too_long", longest=LONGEST)},
        )
    return name


def next_one(there: int) -> str:
    return text("passkeys.unnamed", number=there + 1)
