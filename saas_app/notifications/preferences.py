"""What a person chose in the matrix of events and channels."""

from collections.abc import Mapping

from sqlmodel import Session, select

from saas_app.core import clock
from saas_app.core.errors import Invalid
from saas_app.core.texts import text
from saas_app.notifications import matrix
from saas_app.notifications.matrix import Channel, Event
from saas_app.notifications.models import ChannelChoice

Choices = Mapping[tuple[str, Channel], bool]


def of(session: Session, user_id: int) -> Choices:
    """Every cell of the matrix: chosen, or as it starts."""
    made = {
        (row.event, row.channel): row.wanted
        for row in session.exec(select(ChannelChoice).where(ChannelChoice.user_id == user_id))
    }
    return {
        (event.id, channel): _cell(event, channel, made.get((event.id, channel)))
        for event in matrix.EVENTS
        for channel in Channel
    }


def wants(session: Session, user_id: int, event: Event | None, channel: Channel) -> bool:
    """Whether to use this channel. What is in no row is told in the app and by letter alike."""
    if event is None:
        return True
    row = session.get(ChannelChoice, (user_id, event.id, channel))
    return _cell(event, channel, row.wanted if row else None)


def declined(session: Session, user_id: int, event: Event | None, channel: Channel) -> bool:
    """Whether they said no themselves: for what is asked for one by one, where a default says nothing."""
    row = session.get(ChannelChoice, (user_id, event.id, channel)) if event else None
    return row is not None and not row.wanted


def choose(session: Session, user_id: int, event_id: str, channel: str, *, wanted: bool) -> None:
    """Raises Invalid for a cell that is not there or not the person's to choose."""
    event = matrix.find(event_id)
    if (
        event is None
        or channel not in set(Channel)
        or not matrix.may_choose(event, Channel(channel))
    ):
        raise Invalid(text("channels.no_choice"), fields={"channel": text("channels.no_choice")})
    row = session.get(ChannelChoice, (user_id, event_id, channel)) or ChannelChoice(
        user_id=user_id, event=event_id, channel=channel, wanted=wanted, changed_at=clock.now()
    )
    row.wanted, row.changed_at = wanted, clock.now()
    session.add(row)


def _cell(event: Event, channel: Channel, chosen: bool | None) -> bool:
    if channel in event.always:
        return True
    return matrix.default(event, channel) if chosen is None else chosen
