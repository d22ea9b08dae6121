"""What each role may do, as one pure table. Knows no workspace and no person."""

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    ANALYST = "analyst"
    VIEWER = "viewer"


class Permission(StrEnum):
    VIEW = "view"
    EDIT = "edit"
    MANAGE_SETTINGS = "manage_settings"
    VIEW_BILLING = "view_billing"
    MANAGE_BILLING = "manage_billing"


_GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission),
    Role.ANALYST: frozenset({Permission.VIEW, Permission.EDIT}),
    Role.VIEWER: frozenset({Permission.VIEW}),
}


def may(role: Role, permission: Permission) -> bool:
    return permission in _GRANTS[role]
