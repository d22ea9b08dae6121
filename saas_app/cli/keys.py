"""The secrets of this installation."""

import sys

import typer

from saas_app.core import resealing
from saas_app.sealed import SEALED

app = typer.Typer(no_args_is_help=True, help="The secrets of this installation.")


@app.command("rotate")
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
