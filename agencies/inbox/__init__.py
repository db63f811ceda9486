"""收件箱: sending messages to people, and what they have read."""
