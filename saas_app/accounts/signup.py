"""Joining with an address and a password, and proving the address."""

from dataclasses import dataclass

from sqlmodel import Session

from saas_app.accounts import email_address, letters, links, passwords, people, profile, reset
from saas_app.accounts.email_address import Address
from saas_app.accounts.links import LIFETIMES, Purpose
from saas_app.accounts.models import User
from saas_app.accounts.oauth import identities
from saas_app.core import clock, upsert
from saas_app.core.errors import Invalid

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Application:
    """A checked form: the slow hash is made before any transaction is open."""

    address: Address
    name: str
    password_hash: str


def apply(email: str, password: str, name: str = "") -> Application:
    """Check everything a person typed and report every problem at once. Raises Invalid."""
    problems: dict[str, str] = {}
    address = None
    try:
        address = email_address.parse(email)
    except Invalid as wrong:
        problems.update(wrong.fields)
    try:
        name = profile.checked_name(name)
    except Invalid as wrong:
        problems.update(wrong.fields)
    if sentence := passwords.weakness(password, about=[*email.split("@"), *name.split()]):
        problems["password"] = sentence
    if problems or address is None:
        raise Invalid("Some answers need another look. Nothing was saved yet.", fields=problems)
    return Application(address, name, passwords.hashed(password))


def create(session: Session, application: Application) -> User | None:
    """A new person with an unproved address, or None when the address is taken, even this moment."""
    user = User(
        email=application.address.written,
        email_key=application.address.key,
        name=application.name,
        password_hash=application.password_hash,
        created_at=clock.now(),
        sessions_valid_from=clock.wall(),
    )
    if not upsert.added(session, User, user.model_dump(exclude={"id"})):
        return None
    return people.by_address(session, application.address)


def send_verification(session: Session, user: User) -> None:
    """A letter with a fresh link; earlier links stop working."""
    plain = links.issue(session, people.ident(user), Purpose.VERIFY_EMAIL)
    hours = int(LIFETIMES[Purpose.VERIFY_EMAIL].total_seconds() // _HOUR)
    letters.write(session, "verify_email", user, path=f"/verify-email?token={plain}", hours=hours)


def ask_for_a_password(session: Session, user: User) -> None:
    """Two signed up with one unproved address, and one of them may be a stranger.

    Neither password (nor provider account) counts from here: whoever reads the letters chooses
    one, which also proves the address. A link of before would prove it for a password that its reader never chose.
    """
    links.void(session, people.ident(user), Purpose.VERIFY_EMAIL)
    user.password_hash = passwords.NOT_CHOSEN
    identities.forget_all(session, people.ident(user))
    session.add(user)
    reset.send(session, user)


def tell_already_registered(session: Session, user: User) -> None:
    letters.write(session, "already_registered", user, path="/login")


def verify(session: Session, plain: str) -> User:
    """Prove the address behind a mailed token. Raises LinkInvalid, LinkExpired or LinkUsed."""
    user = people.by_id(session, links.redeem(session, plain, Purpose.VERIFY_EMAIL))
    if user.email_verified_at is None:
        user.email_verified_at = clock.now()
        session.add(user)
        letters.write(session, "welcome", user, path="/onboarding", key=f"welcome:{user.id}")
    return user
