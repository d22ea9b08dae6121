"""The ways an alert leaves the app. Each raises what its delivery makes of it; none closes it but the letter."""

from collections.abc import Callable, Mapping

from sqlmodel import Session

from saas_app.accounts.second_factor import phone
from saas_app.alerts import letter, telegram_link, telling, webhook_target
from saas_app.alerts.dropping import Drop, Dropped
from saas_app.alerts.target_models import AlertWebhook
from saas_app.alerts.telling import Order
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Unavailable
from saas_app.entitlements import quota
from saas_app.entitlements.errors import NeedsUpgrade
from saas_app.notifications import sms
from saas_app.notifications.channels import sms as sms_channel
from saas_app.notifications.channels import telegram
from saas_app.notifications.matrix import Channel
from saas_app.plans.features import Feature

# Two parts of a text message, and what fits into them.
_LONGEST_SMS = 300


def by_webhook(order: Order) -> None:
    """Raises Dropped, outbound.Refused, Unavailable, TooMany."""
    with snapshot() as session:
        row = session.get(AlertWebhook, order.leased.workspace_id)
    if row is None:
        raise Dropped(Drop.NO_TARGET)
    webhook_target.call(row, order.leased.key, telling.document(order))


def by_telegram(order: Order) -> None:
    """Raises Dropped, telegram.Refused, Unavailable."""
    with snapshot() as session:
        chat_id = telegram_link.chat_of(session, order.leased.user_id)
    bot = telegram_link.bot()
    if chat_id is None or bot is None:
        raise Dropped(Drop.NO_TARGET)
    telegram.send(bot, chat_id, f"{telling.brief(order)}\n{telling.link(order.alert)}")


def by_sms(order: Order) -> None:
    """Counted before it is sent, once however often it is tried. Raises Dropped, sms.Refused, Unavailable."""
    with snapshot() as session:
        number = phone.verified(session, order.leased.user_id)
    if not number or not sms.available():
        raise Dropped(Drop.NO_TARGET)
    with transaction() as session:
        _reserve(session, order)
    try:
        sms_channel.send(sms.account(), number, telling.brief(order, longest=_LONGEST_SMS))
    except (sms_channel.Refused, Unavailable):
        with transaction() as session:
            quota.give_back(session, order.leased.workspace_id, Feature.SMS, order.leased.key)
        raise


def _reserve(session: Session, order: Order) -> None:
    try:
        quota.take(
            session,
            order.leased.workspace_id,
            Feature.SMS,
            request_id=order.leased.key,
            user_id=order.leased.user_id,
        )
    except (NeedsUpgrade, quota.NotAQuota) as full:
        raise Dropped(Drop.NO_ROOM) from full


WAYS: Mapping[Channel, Callable[[Order], None]] = {
    Channel.EMAIL: letter.send,
    Channel.WEBHOOK: by_webhook,
    Channel.TELEGRAM: by_telegram,
    Channel.SMS: by_sms,
}
