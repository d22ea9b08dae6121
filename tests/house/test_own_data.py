"""No table holds something of a person that nobody hands out or forgets."""

import pytest

from saas_app import wiring
from saas_app.accounts.own_data import held
from saas_app.core.texts import has
from saas_app.tables import schema

# What points at people and is deliberately nobody's to export: with its reason.
OF_NOBODY = {
    "audit_personal": "hangs on audit_log rows; accounts.own_data.tables erases it by them",
    "customer_lease": "which process talks to Stripe about a workspace right now",
}


@pytest.fixture(scope="module")
def spoken_for():
    wiring.install()
    return {each.name: each for each in held.tables()}


def personal_tables():
    """Tables with a column that leads to a person or to a workspace."""
    leads = {"user_id", "workspace_id", "actor_id", "created_by"}
    return {
        name
        for name, table in schema().tables.items()
        if leads & {column.name for column in table.columns} or name in {"user", "workspace"}
    }


def test_every_table_that_leads_to_a_person_is_exported_and_erased_or_says_why_not(spoken_for):
    assert personal_tables() - set(spoken_for) - set(OF_NOBODY) == set()


# Part of the address that the picture is shown at.
PICTURE = {"profile_picture.digest"}


def test_no_secret_leaves_in_an_export(spoken_for):
    shown = {
        f"{name}.{column.name}"
        for name, each in spoken_for.items()
        if each.exported
        for column in schema().tables[name].columns
        if column.name not in each.hidden
    }
    telling = ("digest", "secret", "hash", "token", "sealed", "public_key", "body", "html")
    assert {
        column for column in shown if any(word in column.split(".")[1] for word in telling)
    } == PICTURE


def test_what_stays_says_why(spoken_for):
    assert [each.stays for each in spoken_for.values() if each.stays and not has(each.stays)] == []
