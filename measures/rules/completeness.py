"""What a note still lacks before it can be handed in. Pure; forms ask the same at their fields."""

from collections.abc import Mapping, Sequence

from measures.choices import NOTE_LABELS, Confidence

PROGRESS, REASON = NOTE_LABELS["progress"], NOTE_LABELS["confidence_reason"]


def lacking(content: Mapping[str, object] | None, figures: Sequence[str] = ()) -> tuple[str, ...]:
    """The labels of what is missing, in the order of the page; None: nothing is written yet.

    `figures`: the names of the indicators of which nothing is said.
    """
    if content is None:
        return (PROGRESS, *figures)
    found = []
    if not str(content["progress"]).strip():
        found.append(PROGRESS)
    found += figures
    doubtful = content["confidence"] != Confidence.GREEN
    if doubtful and not str(content["confidence_reason"]).strip():
        found.append(REASON)
    return tuple(found)
