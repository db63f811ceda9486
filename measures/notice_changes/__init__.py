"""Changes of the notice: filled gaps and revisions, entered by one person, confirmed by another."""
