"""What the notice lost: entered from a published source, confirmed by a second person."""
