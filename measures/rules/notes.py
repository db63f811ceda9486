"""What a note lacks before it can be handed in, and what one without news says. Pure."""

import re
from collections.abc import Mapping, Sequence

from measures.choices import CLAIMABLE_STAGES, NOTE_LABELS, Confidence, Stage, UnchangedReason
from measures.rules.named_times import Days, marks_in

CLAIMS = ("claimed_stage", "claimed_percent", "confidence", "confidence_reason")
WORDS = ("problems", "next_steps", "help_needed")
# What a note without news may take from the last accepted one, once its writer has confirmed it.
CARRIED = (*WORDS, "confidence_reason")
# What may be the last accepted note's word for word, whoever put it there.
REPEATABLE = ("progress", *CARRIED)
# A shorter text (已完成。) may well stand in another by chance.
PART_LEAST = 6
_UNCHANGED = re.compile(r"本期无新进展(?:\s*[：:]\s*(.*?))?[。\s]*")
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


def words_of_unchanged(reason: str) -> str:
    """The progress of such a note: lists, reports and constraints read it as any other."""
    return f"本期无新进展：{reason.strip().rstrip('。')}。"


def unchanged_reason_in(progress: str) -> str:
    """Return the reason of a progress that says 本期无新进展, the usual one where it names none.

    Empty for any other text, also for one that goes on with something else.
    """
    found = _UNCHANGED.fullmatch(progress.strip())
    return (found[1] or str(UnchangedReason.ON_PLAN.label)) if found else ""


def reason_in_words(choice: str, written: str) -> str:
    """The reason as it is kept: the words of the choice, or what was written instead."""
    if choice == UnchangedReason.OTHER:
        return written.strip().rstrip("。")
    return UnchangedReason(choice).label


def claims_at_start(previous: Mapping[str, object] | None, *, stage: str) -> dict[str, object]:
    """The self-assessment that a new note begins with: that of the last accepted one.

    Doubt is carried over too: it ends by somebody saying so. `stage`: the measure's, for where
    there is none; who files has begun.
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
    """What a note without news says: its reason, and which of its words are the last accepted.

    Words left empty are offered those of the last time, to be confirmed or changed before they
    are filed. `is_confirmed`: the writer had them in view, so that empty stays empty.
    """
    old = previous or {}
    words = {name: content[name] or ("" if is_confirmed else old.get(name, "")) for name in WORDS}
    said = {**content, **words}
    if said["confidence"] == Confidence.GREEN:
        said["confidence_reason"] = ""  # of a doubt that is gone
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
    """The fields that say something, and the same as `earlier`; blanks make no difference.

    A progress also where it has the whole earlier one and something of its own beside it.
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
    """What of a text is the earlier one's: that where the text has it whole, else all of it.

    Times that a writer put beside it are this period's, and not to be doubted.
    """
    return earlier if _is_within(_without_blanks(earlier), _without_blanks(words)) else words


def is_more(words: str, earlier: str) -> bool:
    """Whether a text has the whole earlier one and something of its own."""
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
    """The fields whose words were accepted for an earlier period, and must be confirmed.

    In a note without news all that it repeats. Beside news a problem may well be the same: there
    it is the progress, and what names a time that is over.
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
    """The fields that are carried over and that nobody has confirmed."""
    return [name for name in names if name not in confirmed]
