"""What verbs ask of the words they are given."""

from lib.errors import DomainError


def demand_reason(reason: str, what: str) -> str:
    """The reason without blanks around it; DomainError where there is none. `what`: the step."""
    reason = reason.strip()
    if not reason:
        raise DomainError(f"{what}须写明理由，请填写后再提交。")
    return reason
