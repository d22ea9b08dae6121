"""Every market and timeframe of the plan in one table."""
