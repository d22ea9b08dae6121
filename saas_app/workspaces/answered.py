"""What was answered to a program that names its calls: asked again, it is told the same, and nothing is done twice.

After the IETF draft on the Idempotency-Key header. A refusal changes nothing, so nothing is kept of
it; what broke off half-way is never done again by itself, because nobody knows how far it came.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, delete, update

from saas_app.core import clock, crypto, upsert
from saas_app.core.crypto import CannotOpen
from saas_app.core.errors import Conflict, Invalid
from saas_app.core.texts import text
from saas_app.workspaces.models import AnsweredCall

KEPT_FOR = timedelta(hours=24)
HEADER = "Idempotency-Key"
_LONGEST = 255
_BUSY = timedelta(seconds=60)
_BROKE = 0


class InProgress(Conflict):
    """The same call is being answered at this moment."""

    code = "request_in_progress"


class OutcomeUnknown(Conflict):
    """The same call broke off once; whether it changed something has to be looked at."""

    code = "outcome_unknown"


@dataclass(frozen=True, slots=True)
class Call:
    """`fingerprint` is of everything that makes the call: method, address and body."""

    user_id: int
    workspace_id: int
    key: str
    fingerprint: str

    @property
    def digest(self) -> str:
        named = json.dumps([self.user_id, self.workspace_id, self.key])
        return hashlib.sha256(named.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    body: str


def checked(key: str) -> str:
    """Raises Invalid, field `Idempotency-Key`."""
    if not (0 < len(key) <= _LONGEST and key.isascii() and key.isprintable()):
        raise Invalid(
            text("answered.key_refused"),
            fields={HEADER: text("answered.key_form", longest=_LONGEST)},
        )
    return key


def begin(session: Session, call: Call) -> Answer | None:
    """The answer that was given to this call before, or None: then it is ours to make.

    Raises Invalid for a key that named another call, InProgress, OutcomeUnknown.
    """
    at = clock.wall()
    session.exec(
        delete(AnsweredCall).where(
            col(AnsweredCall.digest) == call.digest, col(AnsweredCall.created_at) < at - KEPT_FOR
        )
    )
    row = {
        "digest": call.digest,
        "user_id": call.user_id,
        "fingerprint": call.fingerprint,
        "created_at": at,
    }
    if upsert.added(session, AnsweredCall, row):
        return None
    before = session.get(AnsweredCall, call.digest, populate_existing=True)
    if before is None:  # refused and forgotten in this very moment
        raise InProgress(text("answered.in_progress"))
    if before.fingerprint != call.fingerprint:
        raise Invalid(
            text("answered.other_call"), fields={HEADER: text("answered.other_call_field")}
        )
    if before.status is None and at - before.created_at < _BUSY:
        raise InProgress(text("answered.in_progress"))
    if not before.status:
        raise OutcomeUnknown(text("answered.unknown"))
    try:
        kept = json.loads(crypto.unseal(before.sealed_answer, place=_place(call.digest)))
    except CannotOpen as lost:
        raise OutcomeUnknown(text("answered.unknown")) from lost
    return Answer(before.status, kept["media_type"], kept["body"])


def keep(session: Session, call: Call, answer: Answer) -> None:
    """Answers hold what was made, secrets too: they are sealed."""
    told = json.dumps({"media_type": answer.media_type, "body": answer.body})
    session.exec(
        update(AnsweredCall)
        .where(col(AnsweredCall.digest) == call.digest)
        .values(
            status=answer.status,
            sealed_answer=crypto.seal(told, place=_place(call.digest)),
        )
    )


def broke(session: Session, call: Call) -> None:
    """It may have changed something: the key is spent, and nobody is told what it did."""
    session.exec(
        update(AnsweredCall).where(col(AnsweredCall.digest) == call.digest).values(status=_BROKE)
    )


def forget(session: Session, call: Call) -> None:
    """Nothing was changed: the same key may be tried again."""
    session.exec(delete(AnsweredCall).where(col(AnsweredCall.digest) == call.digest))


def purge(session: Session) -> int:
    old = clock.wall() - KEPT_FOR
    return session.exec(delete(AnsweredCall).where(col(AnsweredCall.created_at) < old)).rowcount


def _place(digest: str) -> str:
    return f"answered_call.sealed_answer.{digest}"
