"""Reasons that actions require."""

from lib.errors import DomainError


def demand_reason(reason: str, what: str, *, audited: str = "") -> str:
    """Return the stripped reason. Raises DomainError without one; `audited`: for the trail."""
    reason = reason.strip()
    if not reason:
        words = "须写明理由，请填写后再提交。"
        raise DomainError(f"{what}{words}", audited=f"{audited or what}{words}")
    return reason
