"""What the owner does on our pages: any refusal is fine, as long as the end is right."""

import contextlib
from collections.abc import Callable
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import rule

from saas_app.accounts.models import User
from saas_app.billing import cancellation, cards, checkout, pausing, promotions
from saas_app.billing.change_plan import confirm, preview
from saas_app.billing.stripe import client
from saas_app.workspaces.models import Workspace
from tests.support.lives.life import Life
from tests.support.sandbox_process import Refused

GOOD, FAILS_LATER, DECLINES = "4242424242424242", "4000000000000341", "4000000000000002"
BANK_ASKS, BANK_ALWAYS_ASKS = "4000002500003155", "4000002760003184"
DISPUTED = "4000000000000259"
CARDS = st.sampled_from(
    [GOOD, GOOD, GOOD, None, FAILS_LATER, DECLINES, BANK_ASKS, BANK_ALWAYS_ASKS, DISPUTED]
)
INTERVALS = st.sampled_from(["month", "year"])
CODE = "LIFE20"
CLICKS: dict[str, Callable[[Workspace, User], object]] = {
    "cancel": cancellation.at_period_end,
    "cancel at once": cancellation.at_once,
    "resume": cancellation.resume,
    "undo the change": confirm.undo,
    "pause": pausing.pause,
    "wake": pausing.wake,
}


class Owner(Life):
    @rule(
        which=st.integers(0, 1),
        interval=INTERVALS,
        seats=st.integers(3, 6),
        card=CARDS,
        returns=st.booleans(),
        with_code=st.booleans(),
    )
    def buys(self, which, interval, seats, card, returns, with_code) -> None:
        self.act(partial(self._buy, which, interval, seats, card, returns, with_code))

    @rule(which=st.integers(0, 1), other=st.integers(0, 1), card=CARDS)
    def buys_in_two_tabs(self, which: int, other: int, card: str | None) -> None:
        self.act(
            partial(self._buy, which, "month", 3, card, True, False),
            partial(self._buy, other, "year", 3, card, True, False),
        )

    @rule(what=st.sampled_from(sorted(CLICKS)), twice=st.booleans())
    def clicks(self, what: str, twice: bool) -> None:
        tenant = self.tenant
        self.act(*[lambda: CLICKS[what](tenant.workspace, tenant.owner)] * (1 + twice))

    @rule(
        plan=st.sampled_from([None, 0, 1]),
        interval=st.sampled_from([None, "month", "year"]),
        seats=st.sampled_from([None, 3, 4, 6]),
        with_code=st.booleans(),
        tabs=st.sampled_from(["one", "again", "two"]),
    )
    def changes(self, plan, interval, seats, with_code, tabs) -> None:
        """In one tab, in one tab twice, or in two at once."""
        quotes: list[str] = []
        code = self._code() if with_code else None
        workspace = self.tenant.workspace
        wanted = None if plan is None else self._plan(plan).id

        def look() -> None:
            asked = preview.quote(workspace, plan=wanted, interval=interval, seats=seats, code=code)
            quotes.append(asked.key)

        def say_yes() -> None:
            confirm.confirm(workspace, self.tenant.owner, quotes[0])

        self.act(look)
        if quotes:
            self.act(*[say_yes] * (2 if tabs == "two" else 1))
            if tabs == "again":
                self.act(say_yes)

    @rule(twice=st.booleans())
    def redeems_a_code(self, twice: bool) -> None:
        code = self._code()
        redeem = partial(promotions.redeem, self.tenant.workspace, self.tenant.owner, code)
        self.act(*[redeem] * (1 + twice))

    @rule(card=CARDS.filter(lambda card: card is not None))
    def adds_a_card(self, card: str) -> None:
        tenant = self.tenant

        def add() -> None:
            url = cards.add(tenant.workspace, tenant.owner, back_to="/settings/billing")
            page = url.partition("?")[0].partition("#")[0].rstrip("/").rsplit("/", 1)[-1]
            with contextlib.suppress(Refused):
                self.shop.sandbox.complete_checkout(page, card)
            cards.added(page, tenant.workspace, tenant.owner)

        self.act(add)

    def buy(self, *, interval: str, card: str) -> None:
        self._buy(self.chance.randrange(2), interval, 3, card, True, False)

    def _buy(self, which, interval, seats, card, returns, with_code) -> None:
        tenant, plan = self.tenant, self._plan(which)
        page = checkout.start(
            tenant.workspace,
            tenant.owner,
            plan=plan.id,
            interval=interval,
            seats=seats if plan.sold_per_seat else 1,
        )
        more = {"promotion_code": self._code()} if with_code and plan.promotion_codes else {}
        with contextlib.suppress(Refused):  # a card that is declined, a page that was closed
            self.shop.sandbox.complete_checkout(page.session_id, card, **more)
        if returns:
            checkout.finish(page.session_id, tenant.workspace)

    def _plan(self, which: int):
        sold = self.shop.catalogue.for_sale
        self_served = [plan for plan in sold if plan.on_offer]
        return self_served[which % len(self_served)]

    def _code(self) -> str:
        """A fifth off for three months, as often as one likes; made when first wanted."""
        v1 = client.made().v1
        if not v1.promotion_codes.list({"code": CODE, "limit": 1}).data:
            coupon = v1.coupons.create(
                {"percent_off": 20, "duration": "repeating", "duration_in_months": 3}
            )
            promotion = {"type": "coupon", "coupon": coupon.id}
            v1.promotion_codes.create({"promotion": promotion, "code": CODE})
        return CODE
