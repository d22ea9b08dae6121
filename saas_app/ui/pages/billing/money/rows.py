"""What the money cards show, as frozen rows. Pure: facts in, words out."""

from dataclasses import dataclass
from datetime import datetime

from saas_app.billing.dunning import Debt
from saas_app.billing.lifecycle import Seen
from saas_app.billing.money_models import PaymentMethod, TaxId
from saas_app.billing.notices import card_name, outlived
from saas_app.billing.wallet import CardFacts
from saas_app.core import dates
from saas_app.core.money import written
from saas_app.core.texts import has, text


@dataclass(frozen=True, slots=True)
class CardRow:
    id: int
    name: str
    expires: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class TaxIdRow:
    id: int
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """The one thing about money that most needs doing; empty text: nothing does."""

    tone: str = "warn"
    text: str = ""
    href: str = ""
    label: str = ""
    of_payment: bool = False


def card_row(row: PaymentMethod) -> CardRow:
    name = f"{row.brand.title()} ···· {row.last4}" if row.last4 else row.kind.replace("_", " ")
    expires = (
        text("money.expires", month=f"{row.exp_month:02d}/{row.exp_year}")
        if row.exp_month and row.exp_year
        else ""
    )
    return CardRow(row.id or 0, name, expires, row.is_default)


def tax_id_row(row: TaxId) -> TaxIdRow:
    country, _, kind = row.kind.partition("_")
    status = text(f"money.tax.{row.status}") if has(f"money.tax.{row.status}") else ""
    return TaxIdRow(row.id or 0, f"{country.upper()} {kind.upper()} {row.value}", status)


def trouble(
    seen: Seen | None, card: CardFacts | None, *, add_card: str, now: datetime, zone: str
) -> Trouble:
    """From the most urgent down; who has replaced the card or paid sees nothing."""
    if seen is None:
        return Trouble()
    if seen.debt is not None and seen.past_due_since_at is not None:
        return _owed(seen.debt, add_card, zone)
    what = outlived(seen, card, now)
    if what is None:
        return Trouble()
    return Trouble(
        "warn", text(f"money.{what.value}", card=card_name(card)), add_card, text("money.replace")
    )


def _owed(debt: Debt, add_card: str, zone: str) -> Trouble:
    amount = written(debt.due_cents, debt.currency)
    if debt.needs_bank:
        sentence = text("money.needs_bank", amount=amount)
        return Trouble("warn", sentence, debt.pay_url, text("money.confirm"), of_payment=True)
    retry = (
        text("money.retry", day=dates.day(debt.next_attempt_at, zone))
        if debt.next_attempt_at
        else text("money.no_retry")
    )
    reason = f"money.failure.{debt.failure}"
    why = text(reason) if has(reason) else ""
    sentence = text("money.owed", amount=amount, why=why, retry=retry).replace("  ", " ")
    return Trouble("bad", sentence, add_card, text("money.replace"), of_payment=True)
