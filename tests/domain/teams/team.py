"""A team in tests: its people by name, and what they do in words."""

import re
from dataclasses import dataclass

from sqlmodel import col, select

from saas_app.audit.trail import NOWHERE
from saas_app.core.db import snapshot, transaction
from saas_app.notifications.models import Mail
from saas_app.teams import accepting, invitations, members
from saas_app.teams.models import Invitation
from tests.support.billing_world import Tenant, new_tenant

LINK = re.compile(r"/invitation\?token=([\w-]+)")


@dataclass(frozen=True)
class Team:
    home: Tenant
    people: dict[str, Tenant]

    def id_of(self, name: str) -> int:
        """Whoever is not there yet appears, outside of the team. Not inside a transaction."""
        if name not in self.people:
            self.people[name] = new_tenant(name)
        return self.people[name].owner.id or 0

    def invite(self, name: str, role: str = "analyst", *, by: str = "ada") -> Invitation:
        address, wanted = invitations.parsed(f"{name}@example.com", role)
        actor = self.id_of(by)
        with transaction() as session:
            return invitations.invite(session, self.home.id, actor, address, wanted, NOWHERE)

    def accept(self, plain: str, name: str) -> None:
        user_id = self.id_of(name)
        with transaction() as session:
            accepting.accept(session, accepting.by_token(session, plain), user_id, NOWHERE)

    def roles(self) -> dict[str, str]:
        """Everybody with a seat."""
        with snapshot() as session:
            return {
                one.user.email.split("@")[0]: one.role.value
                for one in members.of(session, self.home.id)
                if one.membership.suspended_at is None
            }


def letters(to: str) -> list[str]:
    """The tokens of the letters to this address, the oldest first."""
    with snapshot() as session:
        rows = session.exec(
            select(Mail).where(Mail.to == f"{to}@example.com").order_by(col(Mail.id))
        )
        return [found[1] for row in rows if (found := LINK.search(row.body))]
