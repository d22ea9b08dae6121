"""The operator's command line. Each command is one edge: it opens the transaction and reports."""

import sys

import typer

from saas_app import wiring
from saas_app.core import dbos_tasks, logs, migrations
from saas_app.core.settings import UnsafeSettings, settings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Tidemark, from the operator's side."
)


@app.callback()
def start() -> None:
    try:
        logs.configure("warning", as_json=settings().log_json)
    except UnsafeSettings as refused:
        sys.exit(str(refused))
    wiring.install()


@app.command()
def migrate() -> None:
    """Bring the database to this release's schema."""
    migrations.upgrade()
    dbos_tasks.prepare()
    print(f"The database is at {migrations.current()}.")


@app.command()
def prepare() -> None:
    """What `make run` does before the start: migrate, apply the plans, seed a first time."""
    migrate()


@app.command()
def people() -> None:
    """The demo people and what each is for."""


if __name__ == "__main__":
    app()
