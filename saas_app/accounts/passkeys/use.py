"""Proving who one is by a passkey: what the browser is asked, and whose answer it was."""

import json
from typing import Any

import webauthn
from sqlmodel import Session, select
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from saas_app.accounts import letters, people
from saas_app.accounts.errors import WrongPasskey
from saas_app.accounts.models import User
from saas_app.accounts.passkeys.models import Passkey, PasskeyOwner
from saas_app.accounts.passkeys.party import rp_id
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core import clock
from saas_app.core.settings import settings


def options(session: Session, challenge: bytes, user_id: int | None = None) -> dict[str, Any]:
    """What `navigator.credentials.get` is called with.

    With no person the authenticator offers what it holds for us: nobody's keys are given away.
    """
    mine = (
        session.exec(select(Passkey).where(Passkey.user_id == user_id)).all()
        if user_id is not None
        else []
    )
    made = webauthn.generate_authentication_options(
        rp_id=rp_id(),
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=[
            PublicKeyCredentialDescriptor(
                id=base64url_to_bytes(row.credential_id),
                transports=[AuthenticatorTransport(each) for each in row.transports] or None,
            )
            for row in mine
        ],
    )
    return json.loads(webauthn.options_to_json(made))


def verify(
    session: Session,
    challenge: bytes,
    credential: dict[str, Any],
    origin: Origin,
    *,
    user_id: int | None = None,
) -> User:
    """Whose passkey answered this challenge; it must be `user_id`'s where one is given.

    Raises WrongPasskey, and says the same for an unknown key as for a wrong answer.
    """
    given = str(credential.get("id", ""))
    if "\0" in given:  # PostgreSQL takes none in a text
        raise WrongPasskey(_WRONG)
    row = session.exec(
        select(Passkey).where(Passkey.credential_id == given).with_for_update()
    ).first()
    if row is None or (user_id is not None and row.user_id != user_id):
        raise WrongPasskey(_WRONG)
    _check_handle(session, row, credential)
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id(),
            expected_origin=settings().origin,
            credential_public_key=base64url_to_bytes(row.public_key),
            # Zero lets every count pass: what a count that goes back means is decided below.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise WrongPasskey(_WRONG) from wrong
    user = people.by_id(session, row.user_id)
    if went_back(row.sign_count, verified.new_sign_count):
        _alarm(session, user, row, origin)
    row.sign_count = max(row.sign_count, verified.new_sign_count)
    row.last_used_at = clock.wall()
    row.synced = verified.credential_backed_up
    session.add(row)
    return user


def went_back(kept: int, given: int) -> bool:
    """Whether a count says that the key may have been copied. Synced passkeys do not count: always 0."""
    return bool(kept or given) and given <= kept


_WRONG = (
    "This passkey does not open an account here, or its answer could not be verified. "
    "Nothing was changed; please try again or use another way."
)


def _check_handle(session: Session, row: Passkey, credential: dict[str, Any]) -> None:
    """An authenticator that says whom it means must mean the key's owner (WebAuthn 7.2, step 6)."""
    response = credential.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    if not handle:
        return
    owner = session.get(PasskeyOwner, row.user_id)
    if owner is None or str(handle).rstrip("=") != owner.handle:
        raise WrongPasskey(_WRONG)


def _alarm(session: Session, user: User, row: Passkey, origin: Origin) -> None:
    """Two tabs at once can do this, too: so its owner is told, not locked out."""
    letters.write(session, "passkey_count_went_back", user, path=letters.SECURITY, passkey=row.name)
    trail.record(
        session,
        "passkey.count_went_back",
        actor_id=row.user_id,
        origin=origin,
        passkey=row.id,
    )
