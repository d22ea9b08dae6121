"""Ada's team, with seats for all of them and more."""

import pytest

from saas_app import wiring
from saas_app.core import tasks
from saas_app.workspaces.roles import Role
from tests.conftest import InlineTasks
from tests.domain.teams.team import Team
from tests.support.billing_world import add_member, new_tenant
from tests.support.grants import grant


class OnlySeats(InlineTasks):
    """Who joins or leaves is followed at once; letters stay where they can be read."""

    def enqueue(self, session, task, key, payload) -> None:
        if task.name == "entitlements.seating":
            super().enqueue(session, task, key, payload)


@pytest.fixture
def team(database) -> Team:
    wiring.install()
    tasks.install(OnlySeats())
    ada = new_tenant()
    grant(ada, "seats", 6)
    grant(ada, "team_roles", ["admin", "analyst", "viewer"])
    people = {"ada": ada}
    roles = {"eve": Role.ADMIN, "ben": Role.ANALYST, "vera": Role.VIEWER}
    for name, role in roles.items():
        people[name] = new_tenant(name)
        add_member(ada, people[name].owner, role)
    return Team(ada, people)
