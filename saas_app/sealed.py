"""Every column that holds sealed texts, for `keys rotate`. A house test finds one that is missing."""

from saas_app.accounts.second_factor import totp
from saas_app.alerts import webhook_target
from saas_app.billing import secrets
from saas_app.core.resealing import Sealed

SEALED: tuple[Sealed, ...] = (totp.SEALED, secrets.SEALED, webhook_target.SEALED)

# Good for a day at most, and never opened again after that.
SHORT_LIVED = frozenset({"provider_visit.sealed", "answered_call.sealed_answer"})
