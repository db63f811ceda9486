"""What a note must have before it is submitted, and the content of one without news. Pure."""

import re
from collections.abc import Mapping, Sequence

from measures.choices import CLAIMABLE_STAGES, NOTE_LABELS, Confidence, Stage, UnchangedReason
from measures.rules.named_times import Days, marks_in

CLAIMS = ("claimed_stage", "claimed_percent", "confidence", "confidence_reason")
WORDS = ("problems", "next_steps", "help_needed")
# Fields that a note without news may copy from the last accepted one, if its writer confirms.
CARRIED = (*WORDS, "confidence_reason")
# Fields that may repeat the last accepted note word for word.
REPEATABLE = ("progress", *CARRIED)
# A shorter text (已完成。) may occur in another by chance.
PART_LEAST = 6
_UNCHANGED = re.compile(r"本期无新进展(?:\s*[：:]\s*(.*?))?[。\s]*")
PROGRESS, REASON = NOTE_LABELS["progress"], NOTE_LABELS["confidence_reason"]


def lacking(content: Mapping[str, object] | None, figures: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the labels of the missing fields, in the order of the page.

    `content` is None while nothing is written. `figures`: names of indicators without an entry.
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


def words_of_unchanged(reason: str) -> str:
    """Return the progress text of a note without news, so that it is read like any other note."""
    return f"本期无新进展：{reason.strip().rstrip('。')}。"


def unchanged_reason_in(progress: str) -> str:
    """Return the reason of a progress that says 本期无新进展, the usual one if it names none.

    Empty for any other text, also if something else follows.
    """
    found = _UNCHANGED.fullmatch(progress.strip())
    return (found[1] or str(UnchangedReason.ON_PLAN.label)) if found else ""


def reason_in_words(choice: str, written: str) -> str:
    """Return the reason to store: the label of the choice, or the words written instead."""
    if choice == UnchangedReason.OTHER:
        return written.strip().rstrip("。")
    return UnchangedReason(choice).label


def claims_at_start(previous: Mapping[str, object] | None, *, stage: str) -> dict[str, object]:
    """Return the self-assessment that a new note starts with: that of the last accepted note.

    Low confidence is carried over too, until somebody changes it. `stage`: the measure's stage,
    used if there is no accepted note; 未启动 is not used, because an agency that files has begun.
    """
    if previous is None:
        claimable = stage in CLAIMABLE_STAGES and stage != Stage.NOT_STARTED
        return {
            "claimed_stage": stage if claimable else Stage.UNDER_WAY,
            "claimed_percent": None,
            "confidence": Confidence.GREEN,
            "confidence_reason": "",
        }
    return {name: previous[name] for name in CLAIMS}


def carried_over(
    content: Mapping[str, object],
    previous: Mapping[str, object] | None,
    *,
    reason: str,
    is_confirmed: bool = False,
) -> dict[str, object]:
    """Return the content of a note without news: its reason, and the texts carried over.

    Empty fields take the last accepted text, which must be confirmed or changed before it is
    submitted. `is_confirmed`: the writer has seen those texts, so an empty field stays empty.
    """
    old = previous or {}
    words = {name: content[name] or ("" if is_confirmed else old.get(name, "")) for name in WORDS}
    said = {**content, **words}
    if said["confidence"] == Confidence.GREEN:
        said["confidence_reason"] = ""  # the doubt is gone
    return said | {
        "progress": words_of_unchanged(reason),
        "unchanged_reason": reason,
        "carried": same_words(said, old),
        "is_confirmed": is_confirmed,
    }


def same_words(
    content: Mapping[str, object],
    earlier: Mapping[str, object],
    *,
    among: Sequence[str] = CARRIED,
) -> list[str]:
    """Return the filled fields whose text equals that of `earlier`; blanks are ignored.

    The progress also counts if it contains the whole earlier text and adds to it.
    """
    return [
        name
        for name in among
        if (words := _without_blanks(content[name]))
        and (
            words == (before := _without_blanks(earlier.get(name, "")))
            or (name == "progress" and _is_within(before, words))
        )
    ]


def taken_over(words: str, earlier: str) -> str:
    """Return the part of a text to check for old times: `earlier` if contained whole, else all.

    Times that the writer added beside the earlier text belong to this period.
    """
    return earlier if _is_within(_without_blanks(earlier), _without_blanks(words)) else words


def is_more(words: str, earlier: str) -> bool:
    """Whether a text contains the whole earlier one and adds to it."""
    whole, part = _without_blanks(words), _without_blanks(earlier)
    return whole != part and _is_within(part, whole)


def _is_within(part: str, whole: str) -> bool:
    return len(part) >= PART_LEAST and part in whole


def repeated(
    content: Mapping[str, object],
    earlier: Mapping[str, object],
    *,
    covering: Days,
    written_for: Days,
) -> list[str]:
    """Return the fields that repeat a note accepted for an earlier period and must be confirmed.

    In a note without news: every field that repeats. In a note with news a problem may well be the
    same: so only the progress, and fields that name a time that is over.
    """
    if content.get("unchanged_reason"):
        return same_words(content, earlier)
    return [
        name
        for name in same_words(content, earlier, among=REPEATABLE)
        if name == "progress"
        or any(
            mark.is_over
            for mark in marks_in(
                str(content[name]),
                covering=covering,
                written_for=written_for,
                is_plan=name == "next_steps",
                on=covering.covers_to,
            )
        )
    ]


def _without_blanks(words: object) -> str:
    return "".join(str(words).split())


def to_confirm(names: Sequence[str], *, confirmed: Sequence[str]) -> list[str]:
    """Return the carried-over fields that nobody has confirmed."""
    return [name for name in names if name not in confirmed]
