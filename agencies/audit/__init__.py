"""审计: writing, reading and showing the append-only audit trail."""
