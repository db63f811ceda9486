"""收件箱: telling people something, and what they have read."""
