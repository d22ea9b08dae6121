"""What each role may do and whom it may appoint, as pure tables. Knows no workspace and no person."""

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    ANALYST = "analyst"
    VIEWER = "viewer"


class Permission(StrEnum):
    VIEW = "view"
    EDIT = "edit"
    VIEW_MEMBERS = "view_members"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_SETTINGS = "manage_settings"
    VIEW_ACTIVITY = "view_activity"
    VIEW_BILLING = "view_billing"
    MANAGE_BILLING = "manage_billing"
    HAND_OVER = "hand_over"


_GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission) - {Permission.HAND_OVER},
    Role.ANALYST: frozenset({Permission.VIEW, Permission.EDIT, Permission.VIEW_MEMBERS}),
    Role.VIEWER: frozenset({Permission.VIEW, Permission.VIEW_MEMBERS}),
}

# There is one owner: nobody appoints another, the role is only handed over. An admin who could
# make admins could never be got rid of by anybody but the owner, so that is the owner's alone.
_APPOINTS: dict[Role, frozenset[Role]] = {
    Role.OWNER: frozenset({Role.ADMIN, Role.ANALYST, Role.VIEWER}),
    Role.ADMIN: frozenset({Role.ANALYST, Role.VIEWER}),
    Role.ANALYST: frozenset(),
    Role.VIEWER: frozenset(),
}


def may(role: Role, permission: Permission) -> bool:
    return permission in _GRANTS[role]


def may_appoint(by: Role, role: Role) -> bool:
    """Whether somebody in `by` may invite people into `role`."""
    return role in _APPOINTS[by]


def may_change(by: Role, present: Role, wanted: Role) -> bool:
    """Whether somebody in `by` may move another from one role to another."""
    return may_appoint(by, present) and may_appoint(by, wanted)


def may_remove(by: Role, whom: Role) -> bool:
    """Whether somebody in `by` may send another away. Leaving is one's own matter."""
    return may_appoint(by, whom)


def appointed_by(role: Role) -> tuple[Role, ...]:
    """The roles this one may give, the mightiest first."""
    return tuple(one for one in Role if may_appoint(role, one))
