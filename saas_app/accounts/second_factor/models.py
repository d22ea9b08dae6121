# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Second factors, and log-ins that wait for one."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class PendingLogin(SQLModel, table=True):
    """The first factor was right, the second is still due. Told by a short-lived cookie."""

    __tablename__ = "pending_login"

    digest: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None
    remembered: bool = False
    next: str = ""
    methods: str = ""
    tries: int = 0


class MailedCode(SQLModel, table=True):
    """Six digits sent by letter or SMS, good for one pending log-in or one session's step-up."""

    __tablename__ = "mailed_code"

    id: int | None = Field(default=None, primary_key=True)
    # The digest of the pending log-in or of the session that asked: nobody else can use the code.
    bound_to: str = Field(index=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    channel: str
    digest: str
    created_at: datetime
    expires_at: datetime = Field(index=True)
    tries: int = 0
    used_at: datetime | None = None


class Totp(SQLModel, table=True):
    """An authenticator app. Counts once `confirmed_at` is set; `last_step` refuses a code's second use."""

    __tablename__ = "totp"

    user_id: int = Field(primary_key=True, foreign_key="user.id")
    sealed_secret: str
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0


class RecoveryCode(SQLModel, table=True):
    """One of ten codes for the day the telephone is gone. Each works once."""

    __tablename__ = "recovery_code"

    digest: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    created_at: datetime
    used_at: datetime | None = None


class Phone(SQLModel, table=True):
    """A number for codes by SMS, in E.164. Counts once `verified_at` is set."""

    __tablename__ = "phone"

    user_id: int = Field(primary_key=True, foreign_key="user.id")
    number: str
    created_at: datetime
    verified_at: datetime | None = None
