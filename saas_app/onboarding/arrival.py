"""Somebody comes from a provider: who they are here, and what is left to do before they are in.

The policy in one place. A known provider account opens its own; a new address becomes a new
person; the address of an account that is already here is never connected by itself. Where the
provider does not vouch for an address, a stranger learns nothing about it: known and unknown
get the same page and one letter.
"""

from dataclasses import dataclass, replace

from sqlmodel import Session

from saas_app.accounts import (
    email_address,
    entry,
    letters,
    passwords,
    people,
    profile,
    second_factor,
    signup,
)
from saas_app.accounts.email_address import Address
from saas_app.accounts.entry import Entered, Method, SecondFactorDue, Visit
from saas_app.accounts.models import User
from saas_app.accounts.oauth import connections, identities, offers
from saas_app.accounts.oauth.claims import Proof
from saas_app.accounts.oauth.errors import SecondFactorFirst
from saas_app.accounts.oauth.models import Identity
from saas_app.accounts.oauth.offers import Offer
from saas_app.accounts.oauth.providers import LABELS
from saas_app.accounts.reclaim import reclaim
from saas_app.accounts.signup import Application
from saas_app.audit import trail
from saas_app.core import clock
from saas_app.core.errors import Conflict, Invalid
from saas_app.core.texts import text
from saas_app.onboarding import registration
from saas_app.workspaces import memberships


@dataclass(frozen=True, slots=True)
class LetterSent:
    """The address must be proved by a letter first. The same for known and unknown addresses."""

    offer: str


@dataclass(frozen=True, slots=True)
class AddressNeeded:
    """The provider told no address that letters reach."""

    offer: str


@dataclass(frozen=True, slots=True)
class AccountKnown:
    """The proved address has an account here; its owner must say so by their usual way."""

    offer: str


Waiting = LetterSent | AddressNeeded | AccountKnown
Outcome = Entered | SecondFactorDue | Waiting


def arrive(session: Session, proof: Proof, visit: Visit) -> Outcome:
    """Raises Conflict when somebody with the same address arrived this very moment."""
    known = identities.find(session, proof)
    if known is not None:
        return _return(session, known, proof, visit)
    address = _address(proof)
    if address is None:
        return AddressNeeded(_offered(session, proof, None, visit))
    if not proof.email_verified:
        return _answer_by_letter(session, proof, address, visit)
    user = people.by_address(session, address)
    if user is None:
        return _join(session, proof, address, visit)
    if user.email_verified_at is None:
        return _take_over(session, user, proof, visit)
    return AccountKnown(_offered(session, proof, people.ident(user), visit))


def letter_due(session: Session, proof: Proof) -> Address | None:
    """The address that `arrive` would write to; its letters are counted before."""
    known = identities.find(session, proof)
    if known is not None:
        user = people.by_id(session, known.user_id)
        return None if user.email_verified_at else email_address.parse(user.email)
    return None if proof.email_verified else _address(proof)


def with_address(session: Session, offer: Offer, email: str, visit: Visit) -> Outcome:
    """Go on with an address that the person typed: nobody vouches for it yet. Raises Invalid."""
    address = email_address.parse(email)
    offers.take(session, offer)
    proof = replace(offer.proof, email=address.written, email_verified=False)
    known = identities.find(session, proof)
    if known is not None and people.by_id(session, known.user_id).email_verified_at is None:
        # They mistyped the first one: that account was never opened, so it loses nothing.
        session.delete(known)
        session.flush()
    return arrive(session, proof, visit)


def enter_by_link(
    session: Session, offer: Offer, plain: str, visit: Visit
) -> Entered | SecondFactorDue:
    """The mailed link came back to the browser that was at the provider: connect and let in.

    Raises OfferOver, IdentityTaken, and SecondFactorFirst where a mailbox alone must not add a
    way in. Nothing is spent then: the person logs in as usual and connects.
    """
    user = people.by_id(session, offer.user_id or 0)
    if second_factor.ways(session, user):
        raise SecondFactorFirst(text("providers.second_factor_first"))
    offers.spend_link(session, offer, plain)
    offers.take(session, offer)
    connections.connect(session, user, offer.proof, visit.origin)
    return _let_in(session, user, visit)


def mail_link(session: Session, offer: Offer) -> None:
    """A letter to the account's address, which the provider proved too."""
    if offer.user_id is None or not offer.proof.email_verified:
        return
    path = f"/login/provider/connect?token={offers.mailed(session, offer)}"
    user = people.by_id(session, offer.user_id)
    letters.write(
        session,
        "provider_link",
        user,
        path=path,
        provider=LABELS[offer.proof.provider],
        minutes=int(offers.LASTS.total_seconds() // 60),
    )


def _return(session: Session, known: Identity, proof: Proof, visit: Visit) -> Outcome:
    user = people.by_id(session, known.user_id)
    if user.email_verified_at is not None:
        identities.note_use(session, known, proof)
        return _let_in(session, user, visit)
    if proof.email_verified and _is(user, proof):
        user.email_verified_at = clock.now()
        _welcome(session, user)
        return _let_in(session, user, visit)
    signup.send_verification(session, user)
    return LetterSent(_offered(session, proof, None, visit))


def _join(session: Session, proof: Proof, address: Address, visit: Visit) -> Outcome:
    user = signup.create(session, Application(address, _name(proof), passwords.NOT_CHOSEN))
    if user is None or not identities.add(session, people.ident(user), proof):
        raise Conflict(_TWICE)
    registration.settle(session, user, visit.origin)
    user.email_verified_at = clock.now()
    session.add(user)
    _welcome(session, user)
    return _let_in(session, user, visit)


def _answer_by_letter(session: Session, proof: Proof, address: Address, visit: Visit) -> Outcome:
    """The owner of the address hears of it; whoever is at the browser learns nothing, not by time either."""
    application = Application(address, _name(proof), passwords.NOT_CHOSEN)
    registration.request(session, application, visit.origin, by=proof)
    user = people.by_address(session, address)
    return LetterSent(_offered(session, proof, people.ident(user) if user else None, visit))


def _take_over(session: Session, user: User, proof: Proof, visit: Visit) -> Outcome:
    """Never proved by anybody before: whatever is in it is not its owner's."""
    reclaim(session, user, _name(proof))
    if not identities.add(session, people.ident(user), proof):
        raise Conflict(_TWICE)
    if not memberships.any_of(session, people.ident(user)):
        registration.settle(session, user, visit.origin)
    trail.record(session, "account.reclaimed", actor_id=user.id, origin=visit.origin)
    _welcome(session, user)
    return _let_in(session, user, visit)


def _let_in(session: Session, user: User, visit: Visit) -> Entered | SecondFactorDue:
    workspace = memberships.personal_of(session, people.ident(user))
    return entry.enter(session, user, memberships.ident(workspace), visit, Method.PROVIDER)


def _offered(session: Session, proof: Proof, user_id: int | None, visit: Visit) -> str:
    return offers.keep(session, proof, user_id, remember=visit.remember, next_page=visit.next_page)


def _welcome(session: Session, user: User) -> None:
    letters.write(session, "welcome", user, path="/onboarding", key=f"welcome:{user.id}")


def _address(proof: Proof) -> Address | None:
    """None also for one that we could not write to."""
    try:
        return email_address.parse(proof.email) if proof.email else None
    except Invalid:
        return None


def _is(user: User, proof: Proof) -> bool:
    address = _address(proof)
    return address is not None and address.key == user.email_key


def _name(proof: Proof) -> str:
    return profile.checked_name(proof.name[: profile.LONGEST_NAME])


_TWICE = (
    "Somebody with the same address arrived at the same moment. Nothing was lost; please try again."
)
