"""The catalogue and Stripe: what would change, changing it, the way back."""

import sys
from typing import Annotated

import typer

from saas_app.billing.catalogue import versions
from saas_app.core.db import snapshot
from saas_app.core.errors import NotFound
from saas_app.entitlements import catalogue_change
from saas_app.plans.faults import CatalogueRefused

app = typer.Typer(no_args_is_help=True, help="The catalogue and Stripe.")


FromFile = Annotated[
    bool, typer.Option(help="The file, even where staff edited the catalogue after it.")
]


@app.command("plan")
def plan_plans(from_file: FromFile = False) -> None:
    """What applying would change: in the catalogue, at Stripe, and for whom. Changes nothing."""
    proposal = _proposed(_source(from_file=from_file))
    for title, lines in (
        ("Catalogue", proposal.catalogue),
        ("Stripe", proposal.stripe),
        ("People", proposal.people),
    ):
        print(f"{title}:", *(lines or ("nothing changes",)), sep="\n  ")


@app.command("apply")
def apply_plans(from_file: FromFile = False) -> None:
    """Put the catalogue in force: products, prices and the webhook endpoint at Stripe, and a version here."""
    _apply(_source(from_file=from_file), note="the file")


@app.command("rollback")
def roll_plans_back(
    to: Annotated[
        int | None, typer.Argument(help="A version's number; else the one before.")
    ] = None,
) -> None:
    """Put an earlier version in force again. Whoever bought in between keeps what they bought."""
    try:
        source = catalogue_change.previous(to)
    except NotFound as missing:
        sys.exit(missing.message)
    _apply(source, note="back to an earlier version")


@app.command("versions")
def list_plans() -> None:
    """Every catalogue that was in force, newest first."""
    with snapshot() as session:
        for row in versions.history(session):
            print(f"{row.number:>4}  {row.applied_at:%Y-%m-%d %H:%M}  {row.note}")


@app.command("show")
def show_plans() -> None:
    """The catalogue in force, as a file: what staff edited can be brought back into the repository."""
    with snapshot() as session:
        print(versions.in_force(session).source, end="")


def _source(*, from_file: bool) -> str:
    with snapshot() as session:
        return versions.from_file(session, even_if_edited=from_file)


def _proposed(source: str) -> catalogue_change.Proposal:
    try:
        return catalogue_change.proposed(source)
    except CatalogueRefused as refused:
        sys.exit(str(refused))


def _apply(source: str, *, note: str) -> None:
    changes = catalogue_change.applied(_proposed(source), note=note)
    print("\n".join(changes) or "Stripe and the catalogue agree; nothing was changed.")
