"""A report as a job: requested, leased, built, finished, swept."""
