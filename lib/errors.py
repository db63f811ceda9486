"""The one error for "the rules say no"."""


class DomainError(Exception):
    """A rule refuses a step. Its text is a whole Chinese sentence that says what to do.

    Pages answer it with 409 and the sentence (see policy_tracker.middleware.RuleBroken), the API
    with 409 and `{"detail": …}`.
    """


class StaleError(DomainError):
    """Somebody else changed the thing in the meantime; what was typed is shown beside it."""
