"""What the tenant holds, durably: rows in SQLite, contents on disk."""
