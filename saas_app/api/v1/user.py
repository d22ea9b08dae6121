"""The signed-in person: profile, appearance, privacy, preferences, notifications."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlmodel import Session

from saas_app.accounts import people, picture, privacy, profile, time_zone
from saas_app.accounts.models import User
from saas_app.api.caller import SignedInCaller
from saas_app.api.row_id import RowId
from saas_app.core.db import snapshot, transaction
from saas_app.notifications import dispatch
from saas_app.onboarding import wizard
from saas_app.onboarding.questions import QUESTIONS

router = APIRouter(prefix="/api", tags=["User"])

Words = Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=20)]


class Profile(BaseModel):
    id: int
    email: str
    name: str
    bio: str
    theme: str
    density: str
    time_zone: str  # every date on pages and in letters is by this clock
    picture: str | None  # its address; none where there is no picture
    plan_type: str
    subscription_status: str
    trial_end_date: datetime | None
    is_admin: bool


class ProfileChange(BaseModel):
    """What is left out stays as it is."""

    name: Annotated[str, Field(max_length=80)] = ""
    bio: Annotated[str, Field(max_length=500)] = ""


class Appearance(BaseModel):
    """What is left out stays as it is."""

    theme: Literal["dark", "light", "system"] | None = None
    density: Literal["comfortable", "compact"] | None = None
    # A name of the time zone database; empty goes back to following the browser.
    time_zone: Annotated[str, Field(max_length=64)] | None = None


class Privacy(BaseModel):
    """What the other members of your workspaces see of you, and whether your visits may be counted."""

    name: bool
    picture: bool
    presence: bool
    analytics: bool


class PreferencesBody(BaseModel):
    """What is left out of a change stays as it is."""

    markets: Words = []
    timeframes: Words = []
    alert_types: Words = []
    volume_multiple: Annotated[float, Field(allow_inf_nan=False)] | None = None
    minimum_volume: Annotated[int, Field(ge=0, le=10**9)] | None = None
    channels: Words = []
    theme: Annotated[str, Field(max_length=32)] = ""
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
        return _profile(session, people.by_id(session, caller.user_id))


@router.put("/user/profile")
def change_profile(change: ProfileChange, caller: SignedInCaller) -> Profile:
    """Change name and bio; empty ones are allowed. 422 names every field that is too long."""
    with transaction() as session:
        user = people.by_id(session, caller.user_id)
        given = change.model_fields_set
        name = change.name if "name" in given else user.name
        bio = change.bio if "bio" in given else user.bio
        return _profile(session, profile.describe(session, caller.user_id, name, bio))


@router.put("/user/appearance")
def change_appearance(appearance: Appearance, caller: SignedInCaller) -> Profile:
    """Choose the theme that pages open with, how much fits on them, and the clock of their dates."""
    with transaction() as session:
        if appearance.theme is not None:
            profile.choose_theme(session, caller.user_id, appearance.theme)
        if appearance.density is not None:
            profile.choose_density(session, caller.user_id, appearance.density)
        if appearance.time_zone is not None:
            time_zone.choose(session, caller.user_id, appearance.time_zone)
        return _profile(session, people.by_id(session, caller.user_id))


@router.get("/user/privacy")
def read_privacy(caller: SignedInCaller) -> Privacy:
    """What is shown of you to the other members of your workspaces."""
    with snapshot() as session:
        return _privacy(people.by_id(session, caller.user_id))


@router.put("/user/privacy")
def change_privacy(wanted: Privacy, caller: SignedInCaller) -> Privacy:
    """Show or hide name, picture and presence; agree or not to being counted."""
    chosen = privacy.Choices(wanted.name, wanted.picture, wanted.presence, wanted.analytics)
    with transaction() as session:
        return _privacy(privacy.choose(session, caller.user_id, chosen))


@router.get("/user/preferences")
def read_preferences(caller: SignedInCaller) -> PreferencesBody:
    """What the welcome wizard was answered so far; empty where nothing was."""
    with snapshot() as session:
        return _preferences(session, caller.user_id)


@router.put("/user/preferences")
def change_preferences(wanted: PreferencesBody, caller: SignedInCaller) -> PreferencesBody:
    """Keep these answers; each must be among the wizard's choices. What you leave out stays."""
    with transaction() as session:
        for question, given in _given(wanted, wizard.typed(session, caller.user_id)):
            wizard.answer(session, caller.user_id, question, given)
        session.flush()
        return _preferences(session, caller.user_id)


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


def _privacy(user: User) -> Privacy:
    chosen = privacy.of(user)
    return Privacy(
        name=chosen.shows_name,
        picture=chosen.shows_picture,
        presence=chosen.shows_presence,
        analytics=chosen.analytics,
    )


def _profile(session: Session, user: User) -> Profile:
    drawn = picture.of(session, people.ident(user))
    return Profile(
        id=people.ident(user),
        email=user.email,
        name=user.name,
        bio=user.bio,
        theme=user.theme,
        density=user.density,
        time_zone=user.time_zone,
        picture=picture.path(drawn) if drawn else None,
        plan_type=user.plan_type,
        subscription_status=user.subscription_status,
        trial_end_date=user.trial_end_date,
        is_admin=user.is_staff,
    )


def _given(
    wanted: PreferencesBody, thresholds: dict[str, str]
) -> Iterator[tuple[str, list[str] | dict[str, str]]]:
    """The answers this change speaks of, as the wizard takes them."""
    said = wanted.model_fields_set
    for question in QUESTIONS:
        if question.numbers and said & set(thresholds):
            new = {name: _figure(getattr(wanted, name)) for name in said & set(thresholds)}
            yield question.id, thresholds | new
        elif question.id in said:
            value: list[str] | str = getattr(wanted, question.id)
            yield question.id, value if isinstance(value, list) else [value] if value else []


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"


def _preferences(session: Session, user_id: int) -> PreferencesBody:
    kept = wizard.answers(session, user_id)
    return PreferencesBody(
        markets=kept.markets or [],
        timeframes=kept.timeframes or [],
        alert_types=kept.alert_types or [],
        volume_multiple=kept.volume_multiple,
        minimum_volume=kept.minimum_volume,
        channels=kept.channels or [],
        theme=people.by_id(session, user_id).theme,
        experience=kept.experience,
    )
