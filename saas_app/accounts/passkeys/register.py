"""Adding a passkey: what the browser is asked, and what is kept of its answer."""

import json
from typing import Any

import webauthn
from sqlmodel import Session, col, func, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from saas_app.accounts import letters, people, ways_in
from saas_app.accounts.errors import WrongPasskey
from saas_app.accounts.models import User
from saas_app.accounts.passkeys import names
from saas_app.accounts.passkeys.models import Passkey, PasskeyOwner
from saas_app.accounts.passkeys.party import rp_id
from saas_app.accounts.second_factor import switch
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core import clock, tokens, upsert
from saas_app.core.errors import Conflict
from saas_app.core.settings import settings

MOST = 20
_TRANSPORTS = frozenset({"usb", "nfc", "ble", "internal", "hybrid", "smart-card"})


def options(session: Session, user: User, challenge: bytes) -> dict[str, Any]:
    """What `navigator.credentials.create` is called with. Raises Conflict when there are too many."""
    user_id = people.ident(user)
    mine = session.exec(select(Passkey).where(Passkey.user_id == user_id)).all()
    if len(mine) >= MOST:
        raise Conflict(
            f"There are {MOST} passkeys already, which is the most we keep. Remove one that you no longer use first."
        )
    made = webauthn.generate_registration_options(
        rp_id=rp_id(),
        rp_name=settings().brand,
        user_id=base64url_to_bytes(_handle(session, user_id)),
        user_name=user.email,
        user_display_name=user.name or user.email,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in mine
        ],
    )
    return json.loads(webauthn.options_to_json(made))


def add(
    session: Session,
    user: User,
    challenge: bytes,
    credential: dict[str, Any],
    name: str,
    origin: Origin,
) -> list[str]:
    """Keep the new passkey; the recovery codes that were made for it, if any were.

    Raises Invalid for the name, WrongPasskey, Conflict.
    """
    user_id, name = people.ident(user), names.checked(name)
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id(),
            expected_origin=settings().origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise WrongPasskey(
            "Your browser's answer could not be verified, so no passkey was added. Please try again."
        ) from wrong
    ways_in.locked(session, user_id)
    row = {
        "user_id": user_id,
        "credential_id": bytes_to_base64url(verified.credential_id),
        "public_key": bytes_to_base64url(verified.credential_public_key),
        "sign_count": verified.sign_count,
        "name": name or names.next_one(_count(session, user_id)),
        "transports": _transports(credential),
        "synced": verified.credential_backed_up,
        "created_at": clock.wall(),
    }
    if not upsert.added(session, Passkey, row):
        raise Conflict("This passkey is known here already. Nothing was changed.")
    codes = switch.first_codes(session, user_id)
    letters.write(session, "passkey_added", user, path=letters.SECURITY, passkey=row["name"])
    trail.record(session, "passkey.added", actor_id=user_id, origin=origin)
    return codes


def _handle(session: Session, user_id: int) -> str:
    """Random, one per person and for ever: an authenticator replaces what it holds by it."""
    row = {"user_id": user_id, "handle": tokens.issue().plain}
    upsert.added(session, PasskeyOwner, row)
    return session.exec(select(PasskeyOwner.handle).where(PasskeyOwner.user_id == user_id)).one()


def _count(session: Session, user_id: int) -> int:
    mine = select(func.count()).select_from(Passkey).where(col(Passkey.user_id) == user_id)
    return session.exec(mine).one()


def _transports(credential: dict[str, Any]) -> list[str]:
    """A hint of the browser's, unsigned: only words that we know are kept."""
    response = credential.get("response")
    given = response.get("transports") if isinstance(response, dict) else None
    return sorted(_TRANSPORTS & {str(each) for each in given}) if isinstance(given, list) else []
