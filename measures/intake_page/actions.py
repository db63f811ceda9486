"""Drafts of notices: started from a text, corrected step by step, undone, dropped."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from agencies.audit import trail
from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError, StaleError
from measures.intake.acts import Act
from measures.intake.editing import NAMES, carried_out, prepared
from measures.intake.reading import read_notice
from measures.intake.rows import SourceLine, UnreadableSource
from measures.intake.work import Work, day_of, work_from, work_json
from measures.intake.work_begun import work_of
from measures.models import IntakeDraft
from measures.notice.directory import directory_on

LETTERS_MOST, LINES_MOST = 400_000, 10_000  # what a page can show; the command reads more
ACTS_MOST = 3_000
NAMELESS = "未命名文件"


def start_draft(
    lines: tuple[SourceLine, ...], *, file_name: str = "", by: User, at: datetime
) -> IntakeDraft:
    """Read a notice and store it as a draft. Raises UnreadableSource for no or too much text."""
    by.demand(Perm.KEEP_NOTICE)
    text = "\n".join(line.text for line in lines)
    if "\0" in text:
        raise UnreadableSource("文字中有不能识别的字符，请复制正文粘贴导入。")
    if not text.strip():
        raise UnreadableSource("没有文字，请粘贴文件正文或选择文件。")
    if len(text) > LETTERS_MOST or len(lines) > LINES_MOST:
        raise UnreadableSource(
            f"文字超过{LETTERS_MOST // 10_000}万字或{LINES_MOST}行，请只保留正文后再导入。"
        )
    work = work_of(read_notice(lines, directory_on))
    return _keep_new(text, work, file_name, by, at)


@transaction.atomic
def _keep_new(text: str, work: Work, file_name: str, by: User, at: datetime) -> IntakeDraft:
    draft = IntakeDraft.objects.create(
        name=_name_of(work, file_name),
        file_name=file_name,
        text=text,
        reading=work_json(work),
        doubts_left=len(work.open_doubts),
        started_by=by,
        started_at=at,
        saved_by=by,
        saved_at=at,
    )
    counts = f"读出{len(work.items)}项、{work.links}个责任关系，存疑{len(work.open_doubts)}处"
    trail.record("intake.start", draft, by=by, at=at, sentence=f"导入文件，{counts}。")
    return draft


def work_in(draft: IntakeDraft) -> Work:
    """Return the work that a draft shows: its reading with every correction applied."""
    return carried_out(work_from(draft.reading), draft.acts)


@transaction.atomic
def act_on(draft: IntakeDraft, act: Act, *, seen: int, by: User, at: datetime) -> Work:
    """Apply one correction and store it; return the work after it.

    `seen` is the revision that the person saw. Raises StaleError if somebody, or another tab, has
    saved since; DomainError for a correction that the reading does not allow.
    """
    draft = _take(draft, seen, by)
    if len(draft.acts) >= ACTS_MOST:
        raise DomainError(f"这份草稿的操作已满{ACTS_MOST}次，请确认，或放弃后重新导入。")
    work = work_in(draft)
    act = prepared(act, work, directory_on(day_of(work.issued_on)))
    work = carried_out(work, [act])
    _save(draft, [*draft.acts, act], work, by, at)
    name = NAMES[act["do"]]
    trail.record("intake.act", draft, by=by, at=at, sentence=f"核对导入的文件：{name}。")
    return work


@transaction.atomic
def undo(draft: IntakeDraft, *, seen: int, by: User, at: datetime) -> Work:
    """Undo the last correction. Raises DomainError if there is none, StaleError as act_on."""
    draft = _take(draft, seen, by)
    if not draft.acts:
        raise DomainError("没有可以撤销的操作。")
    *acts, last = draft.acts
    work = carried_out(work_from(draft.reading), acts)
    _save(draft, acts, work, by, at)
    name = NAMES[last["do"]]
    trail.record("intake.undo", draft, by=by, at=at, sentence=f"核对导入的文件：撤销{name}。")
    return work


@transaction.atomic
def drop_draft(draft: IntakeDraft, *, by: User, at: datetime) -> None:
    """Delete a draft that is not confirmed, with its text."""
    draft = take_unfinished(draft, by)
    sentence = f"放弃文件导入草稿，已办{len(draft.acts)}次操作。"
    trail.record("intake.drop", draft, by=by, at=at, sentence=sentence)
    draft.delete()


def take_unfinished(draft: IntakeDraft, by: User) -> IntakeDraft:
    """Lock a draft and return its row. Raises DomainError if it is confirmed or dropped already."""
    by.demand(Perm.KEEP_NOTICE)
    found = IntakeDraft.objects.select_for_update(of=("self",)).select_related("saved_by")
    locked = found.filter(pk=draft.pk).first()
    if locked is None:
        raise DomainError("这份草稿已被放弃。")
    if locked.notice_id:
        raise DomainError("这份文件已经确认，不能再改；需要调整的，请到措施页办理。")
    return locked


def demand_seen(draft: IntakeDraft, seen: int) -> None:
    if draft.revision != seen:
        who, when = draft.saved_by.name, f"{localtime(draft.saved_at):%H:%M}"
        raise StaleError(f"{who}已在{when}保存过这份草稿，您刚才的操作没有执行，请看过后再办。")


def _take(draft: IntakeDraft, seen: int, by: User) -> IntakeDraft:
    draft = take_unfinished(draft, by)
    demand_seen(draft, seen)
    return draft


def _save(
    draft: IntakeDraft, acts: list[dict[str, Any]], work: Work, by: User, at: datetime
) -> None:
    draft.acts, draft.name = acts, _name_of(work, draft.file_name)
    draft.doubts_left = len(work.open_doubts)
    draft.revision, draft.saved_by, draft.saved_at = draft.revision + 1, by, at
    draft.save(update_fields=["acts", "name", "doubts_left", "revision", "saved_by", "saved_at"])


def _name_of(work: Work, file_name: str) -> str:
    return (work.title or work.number or file_name or NAMELESS)[:200]
