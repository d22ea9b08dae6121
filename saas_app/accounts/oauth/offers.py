"""What a provider proved, kept for a person who has something left to do before it counts.

Told by a cookie, so only the browser that was at the provider can go on with it. A mailed link
goes on with it too, in that same browser: it proves the mailbox, the cookie proves the visit.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlmodel import Session

from saas_app.accounts.oauth import visits
from saas_app.accounts.oauth.claims import Proof
from saas_app.accounts.oauth.errors import OfferOver
from saas_app.accounts.oauth.models import ProviderVisit
from saas_app.accounts.oauth.visits import Purpose
from saas_app.core import clock, tokens

COOKIE = "__Host-offer"
LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Offer:
    """`user_id` is the account whose address the provider named; None where there is none."""

    digest: str
    proof: Proof
    user_id: int | None
    remember: bool
    next_page: str


def keep(
    session: Session, proof: Proof, user_id: int | None, *, remember: bool, next_page: str
) -> str:
    """The plain text for the cookie."""
    issued = tokens.issue()
    facts = {"proof": asdict(proof), "remember": remember, "next_page": next_page}
    visits.keep(session, issued.digest, proof.provider, Purpose.OFFER, facts, user_id, LASTS)
    return issued.plain


def of(session: Session, plain: str) -> Offer:
    """Raises OfferOver."""
    row = _row(session, plain, Purpose.OFFER)
    facts = visits.opened(row)
    proof = Proof(**facts["proof"])
    return Offer(row.digest, proof, row.user_id, facts["remember"], facts["next_page"])


def take(session: Session, offer: Offer) -> None:
    """Use it up. Of many at once, one succeeds. Raises OfferOver."""
    if not visits.used(session, offer.digest):
        raise OfferOver(_OVER)


def mailed(session: Session, offer: Offer) -> str:
    """The plain token of a link that goes on with this offer."""
    issued = tokens.issue()
    facts = {"offer": offer.digest}
    visits.keep(
        session,
        issued.digest,
        offer.proof.provider,
        Purpose.MAILED_OFFER,
        facts,
        offer.user_id,
        LASTS,
    )
    return issued.plain


def spend_link(session: Session, offer: Offer, plain: str) -> None:
    """Raises OfferOver for a link that is old, used, or belongs to another browser's visit."""
    row = _row(session, plain, Purpose.MAILED_OFFER)
    if visits.opened(row)["offer"] != offer.digest or not visits.used(session, row.digest):
        raise OfferOver(_OVER)


def _row(session: Session, plain: str, purpose: Purpose) -> ProviderVisit:
    row = session.get(ProviderVisit, tokens.digest(plain)) if plain else None
    if (
        row is None
        or row.purpose != purpose
        or row.used_at is not None
        or row.expires_at <= clock.wall()
    ):
        raise OfferOver(_OVER)
    return row


_OVER = "This took longer than half an hour, was done already, or began in another browser. Nothing was changed; please start again with the provider's button."
