"""A report as a job: requested, enqueued, leased, built, finished; cancelled, retried, swept."""
