"""What the change page shows, as frozen rows made of the quote and the rehearsal. Pure: facts in, words out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from saas_app.billing.change_plan.moves import When
from saas_app.billing.models import ChangeQuote
from saas_app.core import dates
from saas_app.core.money import written
from saas_app.core.texts import text
from saas_app.entitlements.rehearsal import Rehearsal
from saas_app.plans import table
from saas_app.plans.catalogue import Catalogue, Checkout, Interval
from saas_app.ui import words


@dataclass(frozen=True, slots=True)
class Offer:
    """One plan that can be chosen; a price is empty where it is not sold that way."""

    id: str
    name: str
    tagline: str
    month: str
    year: str
    per_seat: bool
    least_seats: int


@dataclass(frozen=True, slots=True)
class Sum:
    """One line of the reckoning. `kind` is line, less, total or due."""

    words: str
    detail: str
    amount: str
    kind: str = "line"


@dataclass(frozen=True, slots=True)
class Preview:
    """`when` is one sentence: what happens, and on which day."""

    title: str = ""
    when: str = ""
    sums: tuple[Sum, ...] = ()
    today: str = ""
    next: str = ""
    button: str = ""


def offers(catalogue: Catalogue) -> list[Offer]:
    return [
        Offer(
            id=plan.id,
            name=plan.name,
            tagline=plan.tagline,
            month=_price(catalogue, plan.id, Interval.MONTH),
            year=_price(catalogue, plan.id, Interval.YEAR),
            per_seat=plan.sold_per_seat,
            least_seats=min((price.min_seats for price in plan.on_offer), default=1),
        )
        for plan in catalogue.for_sale
        if plan.checkout is Checkout.SELF
    ]


def preview(quote: ChangeQuote, catalogue: Catalogue, zone: str) -> Preview:
    name = catalogue.plan(quote.plan).name
    due = _amount(quote, quote.due_cents)
    # What gives less starts with the next period: its first charge is what comes next.
    day = dates.day(quote.next_at, zone)
    key = f"change_page.{quote.timing}"
    return Preview(
        title=what(name, quote.interval, quote.seats),
        when=text(f"{key}.when", day=day),
        sums=tuple(_sums(quote, zone)),
        today=text(f"{key}.today", amount=due),
        next=text(
            "change_page.next",
            amount=_amount(quote, quote.next_cents),
            day=day,
        ),
        button=text(f"{key}.button", amount=due) if quote.due_cents else text(f"{key}.free_button"),
    )


def what(plan: str, interval: str, seats: int) -> str:
    """`Pro, by the year`, `Team, by the month, 4 seats`."""
    key = "seats" if seats > 1 else "one"
    per = text(f"change_page.every_{interval}")
    return text(f"change_page.what.{key}", plan=plan, per=per, seats=seats)


def rests(found: Rehearsal) -> list[str]:
    """A sentence for each stock that does not fit."""
    return [
        text(
            f"change_page.rests.{each.rule}",
            what=text(f"feature.{each.feature}"),
            used=each.used,
            limit=each.limit,
            beyond=each.beyond,
        )
        for each in found.resting
    ]


def less(found: Rehearsal, catalogue: Catalogue) -> list[str]:
    """What becomes less, in the words of the plans' own table."""
    return [
        text(
            "change_page.becomes",
            what=text(f"feature.{each.feature}"),
            before=words.limit(table.cell_of(catalogue.meters[each.feature], each.before)),
            after=words.limit(table.cell_of(catalogue.meters[each.feature], each.after)),
        )
        for each in found.less
    ]


def _sums(quote: ChangeQuote, zone: str) -> Sequence[Sum]:
    if quote.timing != When.NOW:
        return ()
    lines = [
        Sum(
            line["description"],
            text(
                "change_page.span",
                first=dates.day(datetime.fromisoformat(line["starts_at"]), zone),
                last=dates.day(datetime.fromisoformat(line["ends_at"]), zone),
            ),
            _amount(quote, line["amount_cents"]),
            "less" if line["amount_cents"] < 0 else "line",
        )
        for line in quote.lines
    ]
    balance = quote.due_cents - max(0, quote.total_cents)
    rest = (
        ("discount", -quote.discount_cents, "less"),
        ("tax", quote.tax_cents, "line"),
        ("balance", balance, "less"),
    )
    lines += [
        Sum(text(f"change_page.{what}"), "", _amount(quote, cents), kind)
        for what, cents, kind in rest
        if cents
    ]
    if quote.total_cents < 0:
        credit = _amount(quote, -quote.total_cents)
        lines.append(
            Sum(text("change_page.credit"), text("change_page.credit_text"), credit, "less")
        )
    return [*lines, Sum(text("change_page.due"), "", _amount(quote, quote.due_cents), "due")]


def _amount(quote: ChangeQuote, cents: int) -> str:
    return written(cents, quote.currency)


def _price(catalogue: Catalogue, plan_id: str, interval: Interval) -> str:
    price = catalogue.plan(plan_id).price(interval)
    if price is None:
        return ""
    per = text(f"plan.per_{interval}{'_seat' if price.per_seat else ''}")
    return f"{words.price(price.amount)} {per}"
