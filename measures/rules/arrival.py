"""What counts as filed: the one rule that lists, figures, snapshots and reports share. Pure.

A filing is in once a version has left the agency, until the agency itself takes it back
(撤回后须重新提交才算报送). A return by the commission leaves it in, and so does a correction in
hand. Whether it came in time is another question (rules.periods.is_late).
"""

from measures.choices import FilingState

INSIDE = (FilingState.DRAFT, FilingState.IN_AGENCY)


def is_withdrawn(*, state: str, has_left: bool, is_returned: bool, has_accepted: bool) -> bool:
    """Whether the agency took back what had left it, and has not handed it in again.

    `is_returned`: a return by the commission waits to be mended; `has_accepted`: an accepted
    version stands while another is in hand.
    """
    return has_left and state in INSIDE and not is_returned and not has_accepted


def is_owed(state: str) -> bool:
    """Whether a filing counts among those asked for: all but the waived."""
    return state != FilingState.WAIVED
