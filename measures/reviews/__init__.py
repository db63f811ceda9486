"""审核: the queue, accepting and returning, and what can follow."""
