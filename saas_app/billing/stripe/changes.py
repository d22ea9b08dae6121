"""The part of the gateway that changes subscriptions which run. Decides nothing."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import stripe

from saas_app.billing.changing import (
    CancelReason,
    ChangeOrder,
    InvoicePreview,
    Promotion,
    ScheduleOrder,
)
from saas_app.billing.errors import PriceMissing, PromotionRefused
from saas_app.billing.stripe import mapping, schedules
from saas_app.billing.stripe.errors import Gone, expected, told
from saas_app.core import logs

_log = logs.get(__name__)


class Changes:
    """The gateway stands on this; it is of no use alone."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._client = client
        self._v1 = client.v1

    def preview(self, order: ChangeOrder) -> InvoicePreview:
        asked: Any = {
            "subscription": order.subscription,
            "subscription_details": self._changed(order),
            **_discounts(order.promotion, order.kept),
        }
        with expected(), _codes_explained():
            made = self._v1.invoices.create_preview(asked)
        return mapping.preview(made.to_dict())

    def change(self, order: ChangeOrder, *, key: str) -> None:
        params: Any = self._changed(order) | _discounts(order.promotion, order.kept)
        if order.charges:
            # The price is only another one once the difference is paid.
            params["payment_behavior"] = "pending_if_incomplete"
        with expected(), _codes_explained():
            self._v1.subscriptions.update(order.subscription, params, {"idempotency_key": key})

    def promotion(self, code: str) -> Promotion | None:
        with expected():
            listed = self._v1.promotion_codes.list(
                {"code": code, "active": True, "limit": 1, "expand": ["data.promotion.coupon"]}
            )
        return mapping.promotion(listed.data[0].to_dict()) if listed.data else None

    def redeem(self, subscription: str, promotion: str, *, kept: tuple[str, ...], key: str) -> None:
        params = _discounts(promotion, kept)
        with expected(), _codes_explained():
            self._v1.subscriptions.update(subscription, params, {"idempotency_key": key})

    def schedule_change(self, order: ScheduleOrder, *, key: str) -> None:
        price = self._price(order.price) if order.price else None
        with expected():
            schedules.book(self._client, order, price, key=key)

    def release(self, schedule: str) -> None:
        with expected():
            schedules.release(self._client, schedule)

    def set_seats(self, item: str, seats: int) -> None:
        with expected():
            self._v1.subscription_items.update(
                item, {"quantity": seats, "proration_behavior": "create_prorations"}
            )

    def pause(self, subscription: str) -> None:
        with expected():
            self._v1.subscriptions.pause(subscription, {"invoicing_behavior": "invoice"})

    def wake(self, subscription: str, *, key: str) -> None:
        with expected():
            self._v1.subscriptions.resume(
                subscription,
                {
                    "billing_cycle_anchor": {"type": "now"},
                    "payment_behavior": "resume_on_payment_success",
                },
                {"idempotency_key": key},
            )

    def cancel_at_period_end(
        self, subscription: str, *, reason: CancelReason | None = None
    ) -> None:
        params: Any = {"cancel_at_period_end": True, **_because(reason)}
        with expected():
            self._v1.subscriptions.update(subscription, params)

    def cancel_now(self, subscription: str, *, reason: CancelReason | None = None) -> None:
        try:
            with told():
                self._v1.subscriptions.cancel(subscription, _because(reason))
        except Gone:
            _log.info("stripe.already_ended", subscription=subscription)

    def keep(self, subscription: str, *, scheduled_by_date: bool) -> None:
        with expected():
            self._v1.subscriptions.update(
                subscription,
                {"cancel_at": ""} if scheduled_by_date else {"cancel_at_period_end": False},
            )

    def _changed(self, order: ChangeOrder) -> dict[str, Any]:
        """The same words for the preview and the change itself, or the two would differ by a cent."""
        price = {"price": self._price(order.price)} if order.price else {}
        item = {"id": order.item, "quantity": order.seats, **price}
        if not order.charges:
            return {"items": [item], "proration_behavior": "none"}
        return {
            "items": [item],
            "proration_behavior": "always_invoice",
            "proration_date": int(order.at.timestamp()),
        }

    def _price(self, lookup_key: str) -> str:
        listed = self._v1.prices.list({"lookup_keys": [lookup_key], "active": True, "limit": 1})
        if not listed.data:
            _log.error("stripe.price_missing", lookup_key=lookup_key, hint="plans apply")
            raise PriceMissing
        return listed.data[0].id


@contextmanager
def _codes_explained() -> Generator[None]:
    """Why a code is not taken is Stripe's to say, and a person's to read."""
    try:
        yield
    except stripe.InvalidRequestError as refused:
        param = cast("str | None", refused.param) or ""  # pyright: ignore[reportUnknownMemberType] — untyped in the SDK
        if param.startswith("discounts"):
            raise PromotionRefused(refused.user_message or "") from refused
        raise


def _discounts(promotion: str | None, kept: tuple[str, ...]) -> Any:
    """All that shall be on it: what is not named here is taken off."""
    if promotion is None:
        return {}
    return {"discounts": [*({"discount": each} for each in kept), {"promotion_code": promotion}]}


def _because(reason: CancelReason | None) -> Any:
    said = {"feedback": reason.feedback, "comment": reason.comment} if reason else {}
    given = {name: words for name, words in said.items() if words}
    return {"cancellation_details": given} if given else {}
