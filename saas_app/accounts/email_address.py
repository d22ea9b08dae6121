"""What an e-mail address is to us: one spelling to write to, one key to recognise it by."""

from dataclasses import dataclass
from unicodedata import normalize

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from saas_app.core.errors import Invalid

_LONGEST = 254
_UNUSABLE = "That is not an e-mail address we can write to. Nothing was changed; please mend it and try again."


@dataclass(frozen=True, slots=True)
class Address:
    written: str
    key: str


def parse(raw: str) -> Address:
    """Raises Invalid (field `email`). A plus-tag or dots stay: they may be another mailbox."""
    try:
        valid = validate_email(raw.strip()[: _LONGEST + 1], check_deliverability=False)
    except EmailNotValidError as wrong:
        raise Invalid(_UNUSABLE, fields={"email": str(wrong)}) from wrong
    if valid.ascii_email is None:
        sentence = "The part before the @ must use plain letters and digits: mail servers still stumble over others."
        raise Invalid(_UNUSABLE, fields={"email": sentence})
    return Address(valid.normalized, _key(valid))


def _key(valid: ValidatedEmail) -> str:
    return f"{normalize('NFKC', valid.local_part).casefold()}@{valid.ascii_domain.lower()}"
