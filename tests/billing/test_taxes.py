"""With tax switched on people are shown Stripe's own totals: in the preview, on the invoice, to the cent."""

import pytest

from saas_app.billing import checkout, offer, publication
from saas_app.billing.change_plan import confirm, preview
from saas_app.billing.stripe import client, mapping
from saas_app.entitlements import sync
from saas_app.ui.pages.billing.change import rows
from tests.support.billing_world import customer_of, invoices_of, new_tenant, subscriptions_of

pytestmark = pytest.mark.db


@pytest.fixture
def shop(stripe_world, configured):
    configured.catalog = "binance-dashboard"
    configured.automatic_tax = True
    publication.apply()
    return stripe_world


def bought(shop, **details):
    ada = new_tenant()
    started = checkout.start(ada.workspace, ada.owner, plan="pro", interval="month")
    shop.complete_checkout(started.session_id, details=details)
    checkout.finish(started.session_id, ada.workspace)
    return ada


def at_stripe(ada):
    """The newest invoice as Stripe has it."""
    return client.made().v1.invoices.list({"customer": customer_of(ada).stripe_id}).data[0]


def newest(ada):
    (found,) = (each for each in invoices_of(ada) if each.stripe_id == at_stripe(ada).id)
    return found


def shown(quote) -> list[tuple[str, str]]:
    return [
        (line.words, line.amount) for line in rows.preview(quote, offer.catalogue(), "UTC").sums
    ]


def test_a_purchase_is_shown_with_the_tax_stripe_took(shop):
    ada = bought(shop, country="DE")
    invoice = newest(ada)
    assert (invoice.total_cents, invoice.paid_cents) == (999 + 190, 999 + 190)


def test_a_business_with_a_number_owes_it_itself(shop):
    ada = bought(shop, country="DE", tax_type="eu_vat", tax_value="DE123456789")
    assert newest(ada).total_cents == 999
    quote = preview.quote(ada.workspace, plan="elite")
    assert quote.tax_cents == 0
    assert "Tax" not in dict(shown(quote))


def test_the_preview_has_a_tax_line_and_is_the_invoice_to_the_cent(shop):
    ada = bought(shop, country="DE")
    quote = preview.quote(ada.workspace, plan="elite", interval="year")
    confirm.confirm(ada.workspace, ada.owner, quote.key)
    charged, kept = at_stripe(ada), newest(ada)
    assert quote.tax_cents == sum(tax.amount for tax in charged.total_taxes) > 0
    assert quote.total_cents == charged.total == charged.amount_paid == kept.total_cents
    assert quote.subtotal_cents - quote.discount_cents + quote.tax_cents == quote.total_cents
    assert sum(line["amount_cents"] for line in quote.lines) == quote.subtotal_cents


def test_the_lines_people_read_add_up_to_what_is_due(shop):
    ada = bought(shop, country="FI")
    quote = preview.quote(ada.workspace, plan="elite")
    read = [float(amount.replace("$", "").replace(",", "")) for _, amount in shown(quote)]
    assert "Tax" in dict(shown(quote))
    assert round(sum(read[:-1]), 2) == read[-1]


def test_tax_within_the_price_is_not_added_a_second_time(shop):
    ada = bought(shop, country="DE")
    stripe = client.made().v1
    for key in ("bd_pro_month_v1", "bd_elite_month_v1"):
        (price,) = stripe.prices.list({"lookup_keys": [key]}).data
        stripe.prices.update(price.id, {"tax_behavior": "inclusive"})
    sync.workspace(ada.id)
    quote = preview.quote(ada.workspace, plan="elite")
    asked = {"subscription": subscriptions_of(ada)[0].stripe_id}
    (told,) = stripe.invoices.create_preview(asked).total_taxes
    assert told.tax_behavior == "inclusive"
    assert quote.tax_cents == 0
    assert quote.total_cents == quote.subtotal_cents


def test_each_kind_of_tax_is_counted_as_stripe_means_it():
    body = {
        "currency": "eur",
        "total": 119,
        "subtotal": 100,
        "lines": {"data": []},
        "total_taxes": [
            {"amount": 19, "tax_behavior": "exclusive"},
            {"amount": 7, "tax_behavior": "inclusive"},
        ],
    }
    assert mapping.preview(body).tax_cents == 19
