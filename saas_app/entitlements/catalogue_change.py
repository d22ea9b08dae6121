"""A change of the catalogue from proposal to force: compared, priced, published at Stripe, kept as a version."""

from dataclasses import dataclass

from saas_app.audit import trail
from saas_app.billing import gateway, publication
from saas_app.billing.catalogue import compare, versions
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.core.settings import settings
from saas_app.entitlements import impact, staff_notice
from saas_app.plans import catalogue as plans
from saas_app.plans import rules


@dataclass(frozen=True, slots=True)
class Proposal:
    """What applying `source` would do. `number` is the version it was compared with."""

    source: str
    number: int
    catalogue: tuple[str, ...]
    stripe: tuple[str, ...]
    people: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.catalogue or self.stripe)


def proposed(source: str) -> Proposal:
    """Look at everything and change nothing.

    Raises CatalogueRefused with every fault, where real money would move also for provisional
    prices, and Unavailable without Stripe.
    """
    wanted = plans.load(source)
    if settings().live:
        rules.check_live(wanted)
    with snapshot() as session:
        standing = versions.in_force(session)
        comparison = compare.compared(standing.catalogue, wanted)
        people = tuple(impact.lines(session, comparison, clock.now()))
    stripe = tuple(gateway.current().unpublished(wanted))
    return Proposal(source, standing.number, comparison.lines, stripe, people)


def applied(proposal: Proposal, *, note: str, by: int | None = None) -> list[str]:
    """Make it so; what was changed, a line each. Applying what is in force changes nothing.

    Stripe first: a version whose prices are not there would sell what nobody can buy. What fails
    in between is mended by applying once more. Raises Overtaken.
    """
    wanted = plans.load(proposal.source)
    with snapshot() as session:
        if versions.in_force(session).number != proposal.number:
            raise versions.Overtaken
    changes = publication.apply(wanted)
    with transaction() as session:
        standing = versions.in_force(session)
        if standing.number == 0 or standing.source != proposal.source:
            number = versions.keep(
                session, proposal.source, after=proposal.number, note=note, by=by
            )
            trail.record(
                session,
                "catalogue.applied",
                actor_id=by,
                version=number,
                catalogue=settings().catalog,
                changes=[*proposal.catalogue][:50],
            )
    versions.refresh()
    return [*proposal.catalogue, *changes]


def previous(number: int | None = None) -> str:
    """The text of that version, or of the one before the one in force. Raises NotFound."""
    with snapshot() as session:
        wanted = number if number is not None else versions.in_force(session).number - 1
        row = versions.numbered(session, wanted)
    if row is None:
        raise NotFound(f"There is no version {wanted} of the catalogue. Nothing was changed.")
    return row.source


def notice_drift() -> int:
    """Hold Stripe against what is in force; staff hear of each difference once a day. How many there are."""
    with snapshot() as session:
        standing = versions.in_force(session)
    drifted = gateway.current().unpublished(standing.catalogue)
    if drifted:
        about = f"{clock.now():%Y-%m-%d}: {'; '.join(drifted)}"
        with transaction() as session:
            staff_notice.alert(session, None, "billing.catalogue_drift", about)
    return len(drifted)
