"""What happens to subscriptions, invoices and payments, by request, by page and by the clock."""
