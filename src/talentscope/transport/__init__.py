"""The only socket: sessions, budgets, retries. Knows no upstream's records."""
