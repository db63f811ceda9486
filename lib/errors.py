"""The one error for "the rules say no", and the reason that many verbs require."""


class DomainError(Exception):
    """A rule refuses an action. Its text is a whole Chinese sentence that says what to do.

    Pages answer with 409 and the sentence (see policy_tracker.middleware.RuleBroken), the API with
    409 and `{"detail": …}`. `audited` is the sentence for the audit trail if the one for the page
    quotes text that administrators must not read.
    """

    def __init__(self, sentence: str = "", *, audited: str = "") -> None:
        super().__init__(sentence)
        self.audited = audited or sentence


class StaleError(DomainError):
    """Somebody else changed the row in the meantime; the page shows both versions."""


def demand_reason(reason: str, what: str, *, audited: str = "") -> str:
    """Return the stripped reason. Raises DomainError if empty; `audited`: see DomainError."""
    reason = reason.strip()
    if not reason:
        words = "须写明理由，请填写后再提交。"
        raise DomainError(f"{what}{words}", audited=f"{audited or what}{words}")
    return reason
