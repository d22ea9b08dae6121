"""Letters, and the addresses they must not go to."""

import sys
from typing import Annotated

import typer

from saas_app.accounts import email_address
from saas_app.audit import trail
from saas_app.core.db import transaction
from saas_app.notifications import samples, suppression

app = typer.Typer(no_args_is_help=True, help="Letters and the addresses they must not go to.")


@app.command("samples")
def mail_samples(
    to: Annotated[str, typer.Argument(help="Where they go.")] = "samples@tidemark.example",
) -> None:
    """Send one letter of each kind, with made-up facts: look at them in a real mail program."""
    for kind in samples.send_all(email_address.parse(to).written):
        print(kind)


@app.command("lift")
def lift_suppression(address: str) -> None:
    """Let letters go to an address again that bounced or complained."""
    with transaction() as session:
        lifted = suppression.lift(session, address)
        if lifted:
            trail.record(session, "mail.suppression_lifted")
    if not lifted:
        sys.exit(f"Letters could go to {address} all along. Nothing was changed.")
    print(f"Letters go to {address} again.")
