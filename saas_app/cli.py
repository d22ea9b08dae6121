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
from saas_app.core import clock, dbos_tasks, logs, migrations, resealing, sandbox_clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.core.settings import UnsafeSettings, settings
from saas_app.entitlements import catalogue_change, reconciled
from saas_app.notifications import samples, suppression
from saas_app.plans.faults import CatalogueRefused
from saas_app.sealed import SEALED

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Tidemark, from the operator's side."
)
plans = typer.Typer(no_args_is_help=True, help="The catalogue and Stripe.")
app.add_typer(plans, name="plans")
keys = typer.Typer(no_args_is_help=True, help="The secrets of this installation.")
app.add_typer(keys, name="keys")
letters = typer.Typer(no_args_is_help=True, help="Letters and the addresses they must not go to.")
app.add_typer(letters, name="mail")


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


FromFile = Annotated[
    bool, typer.Option(help="The file, even where staff edited the catalogue after it.")
]


@plans.command("plan")
def plan_plans(from_file: FromFile = False) -> None:
    """What applying would change: in the catalogue, at Stripe, and for whom. Changes nothing."""
    proposal = _proposed(_source(from_file=from_file))
    for title, lines in (
        ("Catalogue", proposal.catalogue),
        ("Stripe", proposal.stripe),
        ("People", proposal.people),
    ):
        print(f"{title}:", *(lines or ("nothing changes",)), sep="\n  ")


@plans.command("apply")
def apply_plans(from_file: FromFile = False) -> None:
    """Put the catalogue in force: products, prices and the webhook endpoint at Stripe, and a version here."""
    _apply(_source(from_file=from_file), note="the file")


@plans.command("rollback")
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


@plans.command("versions")
def list_plans() -> None:
    """Every catalogue that was in force, newest first."""
    with snapshot() as session:
        for row in versions.history(session):
            print(f"{row.number:>4}  {row.applied_at:%Y-%m-%d %H:%M}  {row.note}")


@plans.command("show")
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


@keys.command("rotate")
def rotate_keys() -> None:
    """Seal everything anew under the newest of SECRET_KEYS. Stopped half-way, run it again."""
    shut = 0
    for sealed in SEALED:
        outcome = resealing.renew(sealed)
        shut += outcome.shut
        print(
            f"{sealed.name}: {outcome.renewed} sealed anew, {outcome.already} were already, {outcome.shut} cannot be opened."
        )
    if shut:
        sys.exit(
            f"{shut} cannot be opened with any of SECRET_KEYS and stay as they are. Put the secret they were sealed under back into the list and run this again."
        )
    print("Everything is sealed under the newest secret; the older ones may leave SECRET_KEYS.")


@letters.command("samples")
def mail_samples(
    to: Annotated[str, typer.Argument(help="Where they go.")] = "samples@tidemark.example",
) -> None:
    """Send one letter of each kind, with made-up facts: look at them in a real mail program."""
    for kind in samples.send_all(email_address.parse(to).written):
        print(kind)


@letters.command("lift")
def lift_suppression(address: str) -> None:
    """Let letters go to an address again that bounced or complained."""
    with transaction() as session:
        lifted = suppression.lift(session, address)
        if lifted:
            trail.record(session, "mail.suppression_lifted")
    if not lifted:
        sys.exit(f"Letters could go to {address} all along. Nothing was changed.")
    print(f"Letters go to {address} again.")


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
    apply_plans()
    if settings().sandboxed:
        for scene in scenes.SCENES:
            seed(scene)


@app.command("people")
def demo_people() -> None:
    """The demo people, their log-ins and what each is for."""
    for scene in scenes.SCENES.values():
        print(f"{scene.email:<24} {scene.about}")


if __name__ == "__main__":
    app()
