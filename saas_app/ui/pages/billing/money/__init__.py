"""The money part of the billing page: what is owed, cards, what stands on invoices."""
