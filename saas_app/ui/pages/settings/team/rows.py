"""What the team page shows, read in one snapshot with the reader's own rights."""

from dataclasses import dataclass, field

from sqlmodel import Session

from saas_app.accounts.sessions import SignedIn
from saas_app.billing import offer
from saas_app.core import clock, dates
from saas_app.core.db import snapshot
from saas_app.core.texts import text
from saas_app.entitlements import access
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature
from saas_app.teams import accepting, activity, invitations, members, seats
from saas_app.teams.members import Member
from saas_app.teams.models import Invitation
from saas_app.ui.pages.market.rows import NO_METER, MeterRow
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission, Role, appointed_by, may, may_appoint, may_remove

_NEAR, _FULL = 80, 100


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """`email` is empty for those who may not manage members, and where it stands as the name."""

    id: int
    name: str
    email: str
    role: str
    role_name: str
    detail: str
    waits: bool
    mine: bool
    may_move: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class AskedRow:
    key: str
    email: str
    detail: str
    expired: bool


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One of the reader's workspaces, or one they are asked into."""

    key: str
    name: str
    detail: str
    current: bool = False
    open: bool = True


@dataclass(frozen=True, slots=True)
class Deed:
    id: int
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class Seen:
    name: str = ""
    owner: bool = False
    manages: bool = False
    renames: bool = False
    looks_back: bool = False
    locked: bool = False
    lifted_by: str = ""
    meter: MeterRow = NO_METER
    roles: list[Choice] = field(default_factory=list[Choice])
    heirs: list[Choice] = field(default_factory=list[Choice])
    members: list[MemberRow] = field(default_factory=list[MemberRow])
    asked: list[AskedRow] = field(default_factory=list[AskedRow])
    places: list[PlaceRow] = field(default_factory=list[PlaceRow])
    invited: list[PlaceRow] = field(default_factory=list[PlaceRow])
    deeds: list[Deed] = field(default_factory=list[Deed])


def read(who: SignedIn) -> Seen:
    """Raises NotFound for somebody who does not belong to it any more."""
    with snapshot() as session:
        workspace = memberships.require(
            session, who.workspace_id, who.user_id, Permission.VIEW_MEMBERS
        )
        role = memberships.role_of(session, who.workspace_id, who.user_id) or Role.VIEWER
        standing = access.of(session, who.workspace_id, clock.now())
        manages, looks_back = (
            may(role, Permission.MANAGE_MEMBERS),
            may(role, Permission.VIEW_ACTIVITY),
        )
        meter, locked, plan = _seats(session, who.workspace_id, standing)
        found = members.of(session, who.workspace_id)
        return Seen(
            name=workspace.name,
            owner=role is Role.OWNER,
            manages=manages,
            renames=may(role, Permission.MANAGE_SETTINGS),
            looks_back=looks_back,
            locked=locked,
            lifted_by=plan,
            meter=meter,
            # The least first: it is what an invitation gives unless somebody chose more.
            roles=[
                Choice(one.value, text(f"team.role.{one.value}"))
                for one in reversed(appointed_by(role))
            ],
            heirs=_heirs(found, who) if role is Role.OWNER else [],
            members=[_member(one, role, who) for one in found],
            asked=_asked(session, who) if manages else [],
            places=_places(session, who),
            invited=[
                PlaceRow(row.key, asked.name, text(f"team.role.{row.role}"))
                for row, asked in accepting.to_person(session, who.user_id)
            ],
            deeds=_deeds(session, who) if looks_back else [],
        )


def _seats(session: Session, workspace_id: int, standing: Access) -> tuple[MeterRow, bool, str]:
    """The meter, whether this plan is for one person, and the plan that has more seats."""
    limit = standing.limits.get(Feature.SEATS)
    used = seats.taken(session, workspace_id)
    answer = decide(standing, Feature.SEATS, used=used)
    plan = offer.catalogue().find(answer.upgrade_to) if isinstance(answer, Denied) else None
    name = plan.name if plan else ""
    if not isinstance(limit, int):
        return NO_METER, limit is not None or Feature.SEATS not in standing.limits, name
    percent = min(_FULL, 100 * used // limit) if limit else _FULL
    state = "full" if used >= limit else "near" if percent >= _NEAR else "ok"
    if limit <= 1 and used <= 1:
        # A plan for one person is not a limit that was reached: the lock below says all of it.
        return NO_METER, True, name
    held = seats.reserved(session, workspace_id)
    key = "team_page.seats_held" if held else "team_page.seats_used"
    words = text(key, used=used, limit=limit, held=held)
    lifts = text("team_page.lifts", plan=name) if name else ""
    meter = MeterRow(text("feature.seats"), words, percent, state, lifts, name)
    return meter, limit <= 1, name


def _member(one: Member, mine: Role, who: SignedIn) -> MemberRow:
    row = one.membership
    myself = row.user_id == who.user_id
    # Whoever manages members knows them by their address, also those who show no name.
    email = one.user.email if myself or may(mine, Permission.MANAGE_MEMBERS) else ""
    known = bool(one.user.name) and (myself or one.user.shows_name)
    return MemberRow(
        id=row.user_id,
        name=one.user.name if known else email or members.shown_name(one.user),
        email=email if known else "",
        role=one.role.value,
        role_name=text(f"team.role.{one.role.value}"),
        detail=text("team_page.since", day=dates.day(row.created_at, who.time_zone)),
        waits=row.suspended_at is not None,
        mine=myself,
        may_move=may_appoint(mine, one.role),
        may_remove=may_remove(mine, one.role),
    )


def _heirs(found: list[Member], who: SignedIn) -> list[Choice]:
    """Whom the owner can hand the workspace to: everybody else with a seat."""
    return [
        Choice(str(one.membership.user_id), members.shown_name(one.user))
        for one in found
        if one.membership.suspended_at is None and one.membership.user_id != who.user_id
    ]


def _asked(session: Session, who: SignedIn) -> list[AskedRow]:
    return [_letter(row, who.time_zone) for row in invitations.waiting(session, who.workspace_id)]


def _letter(row: Invitation, zone: str) -> AskedRow:
    expired = row.expires_at <= clock.wall()
    key = "team_page.expired" if expired else "team_page.open_until"
    words = text(key, role=text(f"team.role.{row.role}"), day=dates.moment(row.expires_at, zone))
    return AskedRow(row.key, row.email, words, expired)


def _places(session: Session, who: SignedIn) -> list[PlaceRow]:
    return [
        PlaceRow(
            place.workspace.key,
            place.workspace.name,
            text("team_page.no_seat") if place.suspended else text(f"team.role.{place.role.value}"),
            current=place.workspace.id == who.workspace_id,
            open=not place.suspended,
        )
        for place in memberships.places_of(session, who.user_id)
    ]


def _deeds(session: Session, who: SignedIn) -> list[Deed]:
    found = activity.of(session, who.workspace_id, who.user_id, limit=20)
    return [Deed(one.id, one.sentence, dates.moment(one.at, who.time_zone)) for one in found]
