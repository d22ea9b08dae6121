"""One verdict on a request and its answer, from Stripe's document and the SDK's own types."""

from tests.support import request_oracle, sdk_types, stripe_oracle
from tests.support.listening import Heard

API_VERSION = "2026-10-28.endive"


def asked_wrongly(heard: Heard) -> list[str]:
    asked = (heard.method, heard.path, heard.params)
    found = [*request_oracle.faults(*asked), *sdk_types.faults(*asked)]
    version = heard.headers.get("Stripe-Version")
    if version != API_VERSION:
        found.append(f"{heard.method} {heard.path}: asked in version {version}")
    return found


def faults(heard: Heard) -> list[str]:
    """The answer is judged as well, which takes ten times as long."""
    said = stripe_oracle.faults(heard.answer) if heard.status == 200 else []
    return [*asked_wrongly(heard), *said]
