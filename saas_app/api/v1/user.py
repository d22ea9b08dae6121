"""The signed-in person: profile, appearance, preferences, notifications."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from saas_app.accounts import people, profile
from saas_app.accounts.models import User
from saas_app.api.caller import SignedInCaller
from saas_app.api.row_id import RowId
from saas_app.core.db import snapshot, transaction
from saas_app.notifications import dispatch
from saas_app.onboarding import wizard
from saas_app.onboarding.models import Preferences

router = APIRouter(prefix="/api", tags=["User"])

Words = Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=20)]


class Profile(BaseModel):
    id: int
    email: str
    name: str
    theme: str
    plan_type: str
    subscription_status: str
    trial_end_date: datetime | None
    is_admin: bool


class ProfileChange(BaseModel):
    name: Annotated[str, Field(max_length=80)]


class Appearance(BaseModel):
    theme: Literal["dark", "light", "system"]


class PreferencesBody(BaseModel):
    markets: Words = []
    alert_types: Words = []
    experience: Annotated[str, Field(max_length=32)] = ""


class NotificationAnswer(BaseModel):
    id: int
    kind: str
    data: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


class Notifications(BaseModel):
    unread: int
    notifications: list[NotificationAnswer]


@router.get("/user/profile")
def read_profile(caller: SignedInCaller) -> Profile:
    """The person behind the token or cookie, with their plan as of the last sync."""
    with snapshot() as session:
        return _profile(people.by_id(session, caller.user_id))


@router.put("/user/profile")
def change_profile(change: ProfileChange, caller: SignedInCaller) -> Profile:
    """Change the name; an empty one is allowed. 422 for one that is too long."""
    with transaction() as session:
        return _profile(profile.rename(session, caller.user_id, change.name))


@router.put("/user/appearance")
def change_appearance(appearance: Appearance, caller: SignedInCaller) -> Profile:
    """Choose the theme that pages open with."""
    with transaction() as session:
        return _profile(profile.choose_theme(session, caller.user_id, appearance.theme))


@router.get("/user/preferences")
def read_preferences(caller: SignedInCaller) -> PreferencesBody:
    """What the welcome wizard was answered so far; empty where nothing was."""
    with snapshot() as session:
        return _preferences(wizard.answers(session, caller.user_id))


@router.put("/user/preferences")
def change_preferences(wanted: PreferencesBody, caller: SignedInCaller) -> PreferencesBody:
    """Keep these answers; each must be among the wizard's choices."""
    with transaction() as session:
        wizard.answer(session, caller.user_id, "markets", wanted.markets)
        wizard.answer(session, caller.user_id, "alert_types", wanted.alert_types)
        return _preferences(
            wizard.answer(
                session,
                caller.user_id,
                "experience",
                [wanted.experience] if wanted.experience else [],
            )
        )


@router.get("/notifications")
def read_notifications(caller: SignedInCaller) -> Notifications:
    """The newest first, without those taken off the list, and how many are unread."""
    with snapshot() as session:
        rows = dispatch.latest(session, caller.user_id)
        unread = dispatch.unread(session, caller.user_id)
    return Notifications(
        unread=unread,
        notifications=[
            NotificationAnswer.model_validate(row, from_attributes=True) for row in rows
        ],
    )


@router.put("/notifications/{notification_id}/read", status_code=204)
def mark_read(notification_id: RowId, caller: SignedInCaller) -> None:
    """Mark one as read; harmless twice. 404 for one that is not yours."""
    with transaction() as session:
        dispatch.mark_read(session, caller.user_id, notification_id)


@router.delete("/notifications/{notification_id}", status_code=204)
def delete_notification(notification_id: RowId, caller: SignedInCaller) -> None:
    """Take one off the list. 404 for one that is not yours."""
    with transaction() as session:
        dispatch.forget(session, caller.user_id, notification_id)


def _profile(user: User) -> Profile:
    return Profile(
        id=people.ident(user),
        email=user.email,
        name=user.name,
        theme=user.theme,
        plan_type=user.plan_type,
        subscription_status=user.subscription_status,
        trial_end_date=user.trial_end_date,
        is_admin=user.is_staff,
    )


def _preferences(kept: Preferences) -> PreferencesBody:
    return PreferencesBody(
        markets=kept.markets, alert_types=kept.alert_types, experience=kept.experience
    )
