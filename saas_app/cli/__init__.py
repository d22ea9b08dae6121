"""The operator's command line. Each command is one edge: it opens the transaction and reports."""

import sys
from typing import Annotated

import typer

from saas_app import scenes, wiring
from saas_app.accounts import email_address, people
from saas_app.audit import trail
from saas_app.billing import inbox
from saas_app.billing.catalogue import versions
from saas_app.billing.reconciliation import run
from saas_app.cli import contracts, keys, letters, plans
from saas_app.core import clock, dbos_tasks, logs, migrations, sandbox_clock
from saas_app.core.db import transaction
from saas_app.core.settings import UnsafeSettings, settings
from saas_app.entitlements import reconciled

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Tidemark, from the operator's side."
)
app.add_typer(plans.app, name="plans")
app.add_typer(contracts.app, name="contracts")
app.add_typer(keys.app, name="keys")
app.add_typer(letters.app, name="mail")


# Whose answers depend on what is sold; the others must run before there is a database.
_SELLS = frozenset({"plans", "reconcile", "seed", "replay"})


@app.callback()
def start(context: typer.Context) -> None:
    try:
        logs.configure("warning", as_json=settings().log_json)
    except UnsafeSettings as refused:
        sys.exit(str(refused))
    wiring.install()
    if settings().sandboxed:
        sandbox_clock.ask_once()
    if context.invoked_subcommand in _SELLS:
        versions.refresh()


@app.command()
def migrate() -> None:
    """Bring the database to this release's schema."""
    migrations.upgrade()
    dbos_tasks.prepare()
    print(f"The database is at {migrations.current()}.")


@app.command()
def reconcile(
    recent: Annotated[
        bool, typer.Option(help="Only whom Stripe's events name that never reached us.")
    ] = False,
    look_only: Annotated[bool, typer.Option(help="Report and change nothing.")] = False,
) -> None:
    """Hold every customer, subscription, invoice and entitlement against Stripe and mend what differs."""
    report = (run.recent if recent else run.everything)(mend=not look_only)
    if not look_only:
        reconciled.tell(report)
    for line in (*report.lines, *report.failures):
        print(line)
    done = "left as they are" if look_only else "mended"
    print(
        f"{report.workspaces} workspaces looked at, {report.missed_events} events had not arrived, {len(report.differences)} differences {done}."
    )
    if report.failures:
        sys.exit(
            f"{len(report.failures)} workspaces could not be looked at and were left as they were. Run this again."
        )


@app.command()
def seed(
    scene: Annotated[str, typer.Argument(help=f"One of: {', '.join(scenes.SCENES)}.")],
) -> None:
    """Set a scene: demo people in a named situation. Harmless twice."""
    if scene not in scenes.SCENES:
        sys.exit(
            f"There is no scene {scene!r}. There are: {', '.join(scenes.SCENES)}. Nothing was changed."
        )
    for line in scenes.SCENES[scene].play():
        print(line)


@app.command("create-staff")
def create_staff(email: str) -> None:
    """Make an existing, confirmed account staff."""
    with transaction() as session:
        user = people.by_address(session, email_address.parse(email))
        if user is None or user.email_verified_at is None:
            sys.exit(
                f"There is no confirmed account for {email}. Nothing was changed; sign up with it on the site first."
            )
        user.is_staff = True
        session.add(user)
        trail.record(session, "staff.granted", actor_id=user.id)
    print(f"{email} is staff now; it shows at the next page load.")


@app.command()
def replay(event_id: str) -> None:
    """Handle a stored webhook (evt_…) again from the beginning."""
    with transaction() as session:
        found = inbox.replay(session, event_id, at=clock.wall())
    if not found:
        sys.exit(
            f"There is no stored event {event_id} that concerns a customer. Nothing was changed."
        )
    print(f"{event_id} is due again; the running product takes it within seconds.")


@app.command()
def prepare() -> None:
    """What `make run` does before the start: migrate, apply the plans, set the scenes a first time."""
    migrate()
    plans.apply_plans()
    if settings().sandboxed:
        for scene in scenes.SCENES:
            seed(scene)


@app.command("people")
def demo_people() -> None:
    """The demo people, their log-ins and what each is for."""
    for scene in scenes.SCENES.values():
        print(f"{scene.email:<24} {scene.about}")
