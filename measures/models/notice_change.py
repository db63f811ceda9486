"""Changes of the notice's text that people enter from a published source and confirm."""

from datetime import date, datetime
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, QuerySet

from agencies.models import User
from agencies.models.fields import MemberOf, known, link_to, optional_link_to, optional_person
from agencies.permissions import Perm
from measures.choices import (
    REVISIONS,
    ChangeKind,
    ChangeState,
    GapKind,
    LeadBasis,
    ResponsibilityRole,
)
from measures.models.evidence import StoredFile, fixed_file
from measures.models.limits import REASON_MOST
from measures.models.measure import Gap, Measure
from measures.models.notice import Notice, Section
from measures.rules.notice_changes import (
    DOCUMENT_MOST,
    EFFECTIVE_STATES,
    OPEN_STATES,
    PLACE_MOST,
    TITLE_MOST,
    source_words,
)
from measures.rules.responsibilities import roles_in_list

S = ChangeState
# The columns that known_words needs of a confirmed revision.
REVISION_FIELDS = ("id", "kind", "holds_from", "source_document", "source_place", "source_on")


class NoticeChangeQuerySet(QuerySet):
    def visible_to(self, user: User) -> Self:
        """The commission sees all; others those that took effect."""
        if user.can(Perm.READ_UNACCEPTED):
            return self
        return self.filter(state__in=EFFECTIVE_STATES) if user.can(Perm.READ) else self.none()

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def in_hand(self) -> Self:
        """Those waiting to be confirmed, or returned to be entered again."""
        return self.filter(state__in=[S.WAITING, S.RETURNED])

    def revisions(self) -> Self:
        """Changes by later documents, and changes that take these back."""
        return self.filter(gap__isnull=True)

    def standing(self) -> Self:
        """Confirmed revisions, the newest first."""
        return self.confirmed().filter(kind__in=REVISIONS).order_by("-decided_at")

    def between(self, since: datetime | None, until: datetime | None) -> Self:
        """Those decided after `since` and up to `until`, where given."""
        found = self.filter(decided_at__gt=since) if since else self
        return found.filter(decided_at__lte=until) if until else found

    def to_apply(self, *, on: date) -> Self:
        """Confirmed revisions whose day has come and whose text is not in the measure yet."""
        return self.standing().filter(applied_at=None, holds_from__lte=on)

    def fills(self) -> Self:
        return self.filter(kind=ChangeKind.FILL)

    def confirmed(self) -> Self:
        return self.filter(state=S.CONFIRMED)

    def with_people(self) -> Self:
        return self.select_related(
            *("gap__section", "gap__measure", "measure", "section", "notice"),
            *("entered_by", "decided_by", "takes_back__measure"),
        )


class NoticeChange(models.Model):
    """A change of the notice's text: it fills a gap, follows a later document, or takes one back.

    The current title, text and agencies are stored only on the measure and its responsibilities.
    This row has the new values, their source, and the old values in `before`. Nobody who wrote on
    it (`writers`) may confirm it. `measure` is the gap's measure, if any. A revision has the whole
    text and list of agencies effective from `holds_from`; `applied_at` is when they replaced the
    old ones.
    """

    notice = link_to(Notice, "文件", "changes")
    kind = models.CharField("类别", max_length=10, choices=ChangeKind, default=ChangeKind.FILL)
    gap = optional_link_to(Gap, "缺失处", "changes")
    files_found: list[dict[str, Any]]  # set by the page of a gap

    measure = optional_link_to(Measure, "措施", "changes")
    section = optional_link_to(Section, "部分", "changes")
    takes_back = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="taken_back_by"
    )
    title = models.CharField("标题", max_length=TITLE_MOST, blank=True)
    text = ArrayField(models.TextField(), verbose_name="正文", default=list, blank=True)
    agency_ids = ArrayField(
        models.PositiveBigIntegerField(), verbose_name="责任单位", default=list, blank=True
    )
    support_ids = ArrayField(
        models.PositiveBigIntegerField(), verbose_name="配合单位", default=list, blank=True
    )
    lead_basis = models.CharField("牵头依据", max_length=20, choices=LeadBasis, blank=True)
    moves_closing = models.BooleanField("关闭日期顺延", default=False)
    source_document = models.CharField("来源文件", max_length=DOCUMENT_MOST, blank=True)
    source_place = models.CharField("页码或网址", max_length=PLACE_MOST, blank=True)
    source_on = models.DateField("来源日期", null=True, blank=True)
    holds_from = models.DateField("自哪一天起", null=True, blank=True)
    applied_at = models.DateTimeField("生效时间", null=True, blank=True)
    reason = models.CharField("理由", max_length=REASON_MOST, blank=True)
    before = models.JSONField("变更前", default=dict, blank=True)
    state = models.CharField("状态", max_length=10, choices=ChangeState, default=S.DRAFT)
    writers = ArrayField(models.BigIntegerField(), verbose_name="录入过的人员", default=list)
    entered_by = link_to(User, "录入人")
    entered_at = models.DateTimeField("录入时间")
    decided_by = optional_person("办理人")
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    decision_note = models.CharField("办理意见", max_length=REASON_MOST, blank=True)

    objects = NoticeChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-entered_at", "-id"]
        verbose_name = verbose_name_plural = "原文变更"
        constraints = [
            models.UniqueConstraint(
                fields=["gap"],
                condition=Q(state__in=OPEN_STATES),
                name="notice_change_one_open_a_gap",
                violation_error_message="这一处已有人录入，请刷新页面查看最新状态。",
            ),
            models.UniqueConstraint(
                fields=["gap"],
                condition=Q(kind=ChangeKind.FILL, state=S.CONFIRMED),
                name="notice_change_one_standing_a_gap",
                violation_error_message="这一处已经核定，请刷新页面查看最新状态。",
            ),
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(state__in=OPEN_STATES, gap__isnull=True),
                name="notice_change_one_open_a_measure",
                violation_error_message="这项措施已有一件修订在办理，请刷新页面查看最新状态。",
            ),
            models.UniqueConstraint(
                fields=["section"],
                condition=Q(state__in=OPEN_STATES, kind=ChangeKind.ADD),
                name="notice_change_one_added_a_section",
                violation_error_message="这一部分已有一项新增措施在办理，请刷新页面查看最新状态。",
            ),
            models.CheckConstraint(
                name="notice_change_revision_has_day",
                condition=~Q(kind__in=REVISIONS) | Q(holds_from__isnull=False),
                violation_error_message="须写明自哪一天起。",
            ),
            models.CheckConstraint(
                name="notice_change_has_its_place",
                condition=Q(kind=ChangeKind.FILL, gap__isnull=False)
                | Q(kind=ChangeKind.TAKE_BACK)
                | Q(kind__in=[ChangeKind.REVISE, ChangeKind.END], measure__isnull=False)
                | Q(kind=ChangeKind.ADD, section__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_change_support_is_named",
                condition=Q(agency_ids__contains=F("support_ids")),
            ),
            known("notice_change_kind_known", kind=ChangeKind),
            known("notice_change_state_known", state=ChangeState),
            models.CheckConstraint(
                name="notice_change_takes_back_another",
                condition=Q(kind=ChangeKind.TAKE_BACK, takes_back__isnull=False) & ~Q(reason="")
                | ~Q(kind=ChangeKind.TAKE_BACK) & Q(takes_back__isnull=True),
                violation_error_message="撤销须写明理由。",
            ),
            models.CheckConstraint(
                name="notice_change_has_source",
                condition=Q(state__in=[S.DRAFT, S.RETURNED, S.DROPPED])
                | Q(kind=ChangeKind.TAKE_BACK)
                | (Q(source_on__isnull=False) & ~Q(source_document="") & ~Q(source_place="")),
                violation_error_message="须写明来源的文件、页码或网址和日期。",
            ),
            models.CheckConstraint(
                name="notice_change_decided_whole",
                condition=Q(
                    state__in=[S.DRAFT, S.WAITING],
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                    decision_note="",
                )
                | Q(state=S.DROPPED)
                | (
                    Q(state=S.RETURNED, decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decision_note="")
                )
                | Q(
                    state__in=EFFECTIVE_STATES,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                violation_error_message="退回须写明理由。",
            ),
            models.CheckConstraint(
                name="notice_change_by_two_people",
                condition=~Q(state__in=EFFECTIVE_STATES) | ~Q(decided_by=F("entered_by")),
                violation_error_message="录入和确认须为两人。",
            ),
        ]

    def __str__(self) -> str:
        if self.takes_back is not None and not self.gap:
            return f"{self.get_kind_display()}{self.takes_back}"
        return f"{self.get_kind_display()}{self.subject}"

    state_choice = MemberOf(ChangeState, "state")

    @property
    def subject(self) -> str:
        """Its subject, for use in a sentence: （八）持续发挥……的责任单位."""
        if self.gap is not None:
            return f"{self.gap.place}的{self.gap.get_kind_display()}"
        if self.measure is not None:
            return str(self.measure)
        return f"“{self.title}”"

    @property
    def roles(self) -> dict[int, ResponsibilityRole]:
        """The entered role of each agency by id, in the order of the source."""
        return roles_in_list(self.agency_ids, self.support_ids, is_rest=self.is_rest)

    @property
    def is_rest(self) -> bool:
        """Whether it names further responsible agencies beside those in the notice."""
        return self.gap_kind == GapKind.OTHERS

    @property
    def has_responsible(self) -> bool:
        """Whether it names any agency that does not only support."""
        return len(self.agency_ids) > len(self.support_ids)

    @property
    def is_waiting(self) -> bool:
        return self.state == S.WAITING

    @property
    def is_returned(self) -> bool:
        return self.state == S.RETURNED

    @property
    def is_confirmed(self) -> bool:
        return self.state == S.CONFIRMED

    @property
    def is_taking_back(self) -> bool:
        return self.kind == ChangeKind.TAKE_BACK

    @property
    def gap_kind(self) -> GapKind | None:
        return GapKind(self.gap.kind) if self.gap else None

    @property
    def is_revision(self) -> bool:
        """Whether it comes from a later document, or takes back such a change."""
        return self.gap_id is None

    @property
    def known_words(self) -> str:
        """The effect and source of a confirmed revision: 自2026-12-01起，据…修订."""
        return f"自{self.holds_from:%Y-%m-%d}起，据{self.source}{self.get_kind_display()}"

    @property
    def source(self) -> str:
        """Document, place and day in one line; empty while one of them is missing."""
        if not (self.source_document and self.source_place and self.source_on):
            return ""
        return source_words(self.source_document, self.source_place, self.source_on)

    @property
    def event_target(self) -> Measure | Notice:
        """The object of its events: the measure, so that they are in the measure's history."""
        return self.measure or self.notice

    @property
    def event_state(self) -> dict[str, Any]:
        """The change, its gap and its state, as stored in each of its events."""
        return {"change": self.pk, "gap": self.gap_id, "change_state": self.state_choice.label}


class NoticeChangeFile(StoredFile):
    """One file from which a change's wording was copied; never changed."""

    change = link_to(NoticeChange, "原文变更", "files")

    class Meta:
        ordering = ["change", "id"]
        verbose_name = verbose_name_plural = "原文证明材料"
        constraints = fixed_file("change", "notice_change_file")
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
