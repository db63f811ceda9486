"""A measure's stage and percent, and how they went."""
