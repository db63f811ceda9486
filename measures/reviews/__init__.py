"""审核: the queue, accepting and returning notes, and the steps after that."""
