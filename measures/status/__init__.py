"""A measure's stage and percent, and their history."""
