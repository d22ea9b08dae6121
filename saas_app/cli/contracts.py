"""Plans by contract, from the operator's side."""

import sys
import tomllib
from typing import Annotated

import typer
from sqlmodel import Session

from saas_app.accounts import email_address, people
from saas_app.core import dates
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound, SaasError
from saas_app.core.money import written
from saas_app.entitlements.contracts import leads, offers
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace

app = typer.Typer(no_args_is_help=True, help="Plans by contract: who asked, what was offered.")


@app.command("leads")
def list_leads() -> None:
    """Who asked and was not answered yet, oldest first."""
    with snapshot() as session:
        for row in leads.waiting(session):
            print(f"#{row.id} {row.created_at:%Y-%m-%d} {row.plan}, {row.seats} seats")
            print(f"  {row.name} <{row.email}>, {row.company}, workspace {row.workspace_id or '-'}")
            for line in row.message.splitlines():
                print(f"  | {line}")


@app.command("create")
def create_contract(
    owner: Annotated[
        str, typer.Argument(help="The owner's address, or the workspace's key (ws_…).")
    ],
    amount: Annotated[
        int, typer.Option(help="Per interval, in the smallest unit of the currency.")
    ],
    plan: Annotated[str, typer.Option()] = "enterprise",
    interval: Annotated[str, typer.Option(help="month or year")] = "year",
    seats: Annotated[int, typer.Option()] = 10,
    term_months: Annotated[int, typer.Option()] = 12,
    days_until_due: Annotated[int, typer.Option()] = 30,
    limit: Annotated[
        list[str] | None, typer.Option(help='name=value as in the catalogue: sms=500, "unlimited".')
    ] = None,
    lead: Annotated[int | None, typer.Option(help="The lead that this answers.")] = None,
) -> None:
    """Offer a contract to a workspace; its owner is written to and accepts it in the app."""
    try:
        terms = offers.Terms(
            plan=plan,
            amount_cents=amount,
            interval=interval,
            seats=seats,
            limits=dict(_limit(each) for each in limit or []),
            term_months=term_months,
            days_until_due=days_until_due,
        )
        with transaction() as session:
            row = offers.create(session, _workspace(session, owner), terms, lead=lead)
    except SaasError as refused:
        sys.exit(refused.message)
    print(
        f"{row.key} is offered until {dates.day(row.offered_until_at, 'UTC')}; the owner was written to."
    )


@app.command("list")
def list_contracts() -> None:
    """Every contract, newest first."""
    with snapshot() as session:
        for row in offers.every(session):
            money = written(row.amount_cents, row.currency)
            print(
                f"{row.key}  {row.status:<9}  workspace {row.workspace_id}  {row.plan}  {row.seats} seats  {money} a {row.interval}"
            )


@app.command("withdraw")
def withdraw_contract(key: str) -> None:
    """Take an offer back that was not accepted yet."""
    try:
        with transaction() as session:
            offers.withdraw(session, key)
    except SaasError as refused:
        sys.exit(refused.message)
    print(f"{key} is withdrawn; nobody can accept it any more.")


def _limit(given: str) -> tuple[str, object]:
    name, _, value = given.partition("=")
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name, value


def _workspace(session: Session, named: str) -> Workspace:
    """By the workspace's key, or the personal workspace of an address. Raises NotFound."""
    if named.startswith("ws_"):
        return memberships.by_key(session, named)
    user = people.by_address(session, email_address.parse(named))
    if user is None:
        raise NotFound(f"There is no account for {named}. Nothing was offered.")
    return memberships.personal_of(session, people.ident(user))
