"""New refunds, credit notes, disputes and entries of a customer's balance."""

from sandbox import ids
from sandbox.store import Body

EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def refund(charge: Body, amount: int, params: Body, *, now: int) -> Body:
    """Money on its way back to a card."""
    return {
        "id": ids.new("refund"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def balance_entry(
    customer: Body, amount: int, kind: str, *, now: int, currency: str, description: str | None
) -> Body:
    """A change of what a customer has in credit; negative is credit."""
    return {
        "id": ids.new("customer_balance_transaction"),
        "object": "customer_balance_transaction",
        "amount": amount,
        "checkout_session": None,
        "created": now,
        "credit_note": None,
        "currency": currency,
        "customer": customer["id"],
        "customer_account": None,
        "description": description,
        "ending_balance": customer["balance"] + amount,
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }


def credit_note(invoice: Body, params: Body, lines: list[Body], *, url: str, now: int) -> Body:
    """Part of an invoice taken back; the parts that were paid already are filled in later."""
    note_id = ids.new("credit_note")
    total = sum(line["amount"] for line in lines)
    return {
        "id": note_id,
        "object": "credit_note",
        "amount": total,
        "amount_shipping": 0,
        "created": now,
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "customer_account": None,
        "customer_balance_transaction": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": params.get("effective_at") or now,
        "invoice": invoice["id"],
        "lines": {
            "object": "list",
            "data": lines,
            "has_more": False,
            "url": f"/v1/credit_notes/{note_id}/lines",
        },
        "livemode": False,
        "memo": params.get("memo"),
        "metadata": params.get("metadata") or {},
        "number": "",
        "out_of_band_amount": params.get("out_of_band_amount"),
        "pdf": f"{url}/i/{invoice['id']}/pdf",
        "post_payment_amount": 0,
        "pre_payment_amount": 0,
        "pretax_credit_amounts": [],
        "reason": params.get("reason"),
        "refunds": [],
        "shipping_cost": None,
        "status": "issued",
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total": total,
        "total_excluding_tax": total,
        "total_taxes": [],
        "type": "pre_payment",
        "voided_at": None,
    }


def credit_line(amount: int, given: Body) -> Body:
    """One line of a credit note: of an invoice's line, or of its own."""
    kind = given.get("type") or "custom_line_item"
    body = {
        "id": ids.new("credit_note_line_item"),
        "object": "credit_note_line_item",
        "amount": amount,
        "description": given.get("description"),
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": False,
        "metadata": given.get("metadata") or {},
        "pretax_credit_amounts": [],
        "quantity": given.get("quantity"),
        "tax_rates": [],
        "taxes": [],
        "type": kind,
        "unit_amount": given.get("unit_amount"),
        "unit_amount_decimal": None,
    }
    if kind == "invoice_line_item":
        body["invoice_line_item"] = given["invoice_line_item"]
    return body


def dispute(charge: Body, reason: str, *, due_by: int, now: int) -> Body:
    """A customer asks their bank for the money back."""
    card = charge["payment_method_details"]["card"]
    return {
        "id": ids.new("dispute"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card["brand"],
                "case_type": "chargeback",
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }
