"""Colleagues who come and go, and the seats that go with them."""

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlmodel import Session, col, select

from saas_app.accounts.people import ident as user_ident
from saas_app.billing import seats
from saas_app.core import clock
from saas_app.core.db import transaction
from saas_app.entitlements import columns, stock
from saas_app.plans.features import Feature
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Membership
from saas_app.workspaces.roles import Role
from tests.support.billing_world import new_user
from tests.support.lives.life import Life


class Members(Life):
    @rule(how_many=st.integers(1, 3), leaves=st.booleans(), at_once=st.booleans())
    def colleagues_come_and_go(self, how_many: int, leaves: bool, at_once: bool) -> None:
        """As far as there is room; and whoever comes or goes has the seats counted again."""
        for _ in range(how_many):
            Life.number += 1
            newcomer = user_ident(
                new_user(f"colleague{Life.number}", plan_type=self.shop.catalogue.default.id)
            )
            self.act(lambda who=newcomer: self._join(who))
        if leaves:
            self.act(self._leave)
        self.act(*[lambda: seats.follow(self.tenant.id)] * (1 + at_once))

    def _join(self, who: int) -> None:
        tenant = self.tenant
        with transaction() as session:
            stock.take(
                session,
                tenant.id,
                Feature.SEATS,
                used=lambda session: memberships.count(session, tenant.id),
            )
            session.add(
                Membership(
                    workspace_id=tenant.id,
                    user_id=who,
                    role=Role.ANALYST,
                    created_at=clock.wall(),
                )
            )
            self._counted(session, who)

    def _leave(self) -> None:
        with transaction() as session:
            newest = (
                select(Membership)
                .where(Membership.workspace_id == self.tenant.id, Membership.role != Role.OWNER)
                .order_by(col(Membership.user_id).desc())
            )
            if (row := session.exec(newest).first()) is not None:
                session.delete(row)
                session.flush()
                self._counted(session, row.user_id)

    def _counted(self, session: Session, who: int) -> None:
        session.flush()
        columns.refresh(session, [who], clock.now())
        seats.members_changed(session, self.tenant.id)
