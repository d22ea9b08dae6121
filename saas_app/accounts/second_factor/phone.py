"""A number for codes by SMS. A new one counts, and replaces the old, once its code was given."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from sqlmodel import Session

from saas_app.accounts.second_factor import codes
from saas_app.accounts.second_factor.codes import Channel
from saas_app.accounts.second_factor.models import Phone
from saas_app.core import clock, ids, tokens, upsert
from saas_app.core.errors import Invalid
from saas_app.core.texts import text
from saas_app.notifications import sms

_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_SHOWN = 2


def parse(written: str) -> str:
    """The number in E.164. Raises Invalid, field `number`."""
    try:
        number = phonenumbers.parse(written, None)
    except NumberParseException as wrong:
        raise _invalid("phone.international") from wrong
    if not phonenumbers.is_valid_number(number):
        raise _invalid("phone.unknown")
    if phonenumbers.number_type(number) not in _MOBILE:
        raise _invalid("phone.not_mobile")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def verified(session: Session, user_id: int) -> str:
    """The number that counts, or empty."""
    row = session.get(Phone, user_id)
    return row.number if row and row.verified_at else ""


def masked(number: str) -> str:
    """`+49 ••• 34`: enough for its owner to know it, too little for anybody else."""
    if not number:
        return ""
    country = phonenumbers.parse(number, None).country_code
    return f"+{country} ••• {number[-_SHOWN:]}"


def send_code(session: Session, user_id: int, number: str, bound_to: str) -> None:
    code = codes.issue(session, user_id, bound_to, Channel.SMS)
    sms.write(session, key=ids.new("sms"), to=number, body=text("phone.sms", code=code))


def binding(user_id: int, number: str) -> str:
    """What a code that proves this number is bound to: this person and no other number."""
    return tokens.digest(f"phone:{user_id}:{number}")


def confirm(session: Session, user_id: int, number: str, code: str) -> bool:
    """Whether the code was right, and so the number counts from now."""
    if not codes.accept(session, binding(user_id, number), Channel.SMS, code):
        return False
    at = clock.wall()
    row = {"number": number, "created_at": at, "verified_at": at}
    adding = upsert.insert(session, Phone).values(user_id=user_id, **row)
    session.connection().execute(adding.on_conflict_do_update(index_elements=["user_id"], set_=row))
    session.expire_all()
    return True


def remove(session: Session, user_id: int) -> bool:
    row = session.get(Phone, user_id)
    if row is not None:
        session.delete(row)
    return row is not None


def _invalid(key: str) -> Invalid:
    return Invalid(text("phone.refused"), fields={"number": text(key)})
