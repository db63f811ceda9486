"""审计: the append-only trail, how it is written, read and shown."""
