"""What accounts, notifications and the audit trail hold of a person."""

from sqlmodel import Session, col, delete, select

from saas_app.accounts.models import (
    EmailChange,
    KnownDevice,
    LoginSession,
    OneTimeToken,
    ProfilePicture,
    RefreshToken,
    User,
)
from saas_app.accounts.oauth.models import Identity, ProviderVisit
from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.accounts.own_data.models import AccountDeletion, DataExport
from saas_app.accounts.passkeys.models import Passkey, PasskeyChallenge, PasskeyOwner
from saas_app.accounts.second_factor.models import (
    MailedCode,
    PendingLogin,
    Phone,
    RecoveryCode,
    Totp,
)
from saas_app.audit.models import AuditLog, AuditPersonal
from saas_app.notifications.models import ChannelChoice, Mail, Notification, Sms

_DIGEST = frozenset({"digest"})

_ACCOUNTS = (
    Held(User, owner="id", hidden=frozenset({"password_hash"}), stays="own_data.stays.tombstone"),
    Held(LoginSession, hidden=frozenset({"digest", "device_digest"})),
    Held(KnownDevice, hidden=_DIGEST),
    Held(RefreshToken, hidden=_DIGEST),
    Held(OneTimeToken, hidden=_DIGEST),
    Held(EmailChange),
    Held(ProfilePicture, hidden=frozenset({"image"})),
    Held(Identity),
    Held(ProviderVisit, exported=False),
    Held(Passkey, hidden=frozenset({"credential_id", "public_key"})),
    Held(PasskeyOwner, exported=False),
    Held(PasskeyChallenge, exported=False),
    Held(Totp, hidden=frozenset({"sealed_secret", "last_step"})),
    Held(RecoveryCode, hidden=_DIGEST),
    Held(MailedCode, exported=False),
    Held(PendingLogin, exported=False),
    Held(Phone),
    Held(DataExport, hidden=frozenset({"archive"})),
    Held(AccountDeletion, stays="own_data.stays.deletion"),
)
_NOTIFICATIONS = (
    Held(Notification, hidden=frozenset({"key"})),
    Held(Mail, hidden=frozenset({"key", "body", "html"})),
    Held(ChannelChoice),
)
_AUDIT = (
    Held(
        AuditLog,
        owner="actor_id",
        hidden=frozenset({"digest", "previous_digest", "personal_digest"}),
        stays="own_data.stays.audit",
    ),
)


def install() -> None:
    held.register("audit", Slice(_AUDIT, erase=_erase_addresses))
    held.register("notifications", Slice(_NOTIFICATIONS, erase=_erase_letters))
    held.register("accounts", Slice(_ACCOUNTS, erase=_erase_texts))


def _erase_addresses(session: Session, user_id: int) -> None:
    """The facts stay provable; from where and with which browser they came does not."""
    mine = select(AuditLog.id).where(AuditLog.actor_id == user_id)
    session.exec(delete(AuditPersonal).where(col(AuditPersonal.audit_id).in_(mine)))


def _erase_texts(session: Session, user_id: int) -> None:
    """Text messages know nobody but a number."""
    number = select(Phone.number).where(Phone.user_id == user_id).scalar_subquery()
    session.exec(delete(Sms).where(col(Sms.to) == number))


def _erase_letters(session: Session, user_id: int) -> None:
    """Letters of before they bore their reader's id are known by their address."""
    address = session.get_one(User, user_id).email
    session.exec(delete(Mail).where(col(Mail.to) == address))
