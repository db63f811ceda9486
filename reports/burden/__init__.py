"""减负账: what the agencies were asked in a year, and the prohibitions that are kept."""
