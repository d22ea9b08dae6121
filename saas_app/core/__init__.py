"""What every slice stands on: settings, database, clock, errors, ids, money, tokens, tasks, logs."""
