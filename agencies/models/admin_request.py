"""A request about another administrator's account, which a second administrator confirms."""

from typing import Self

from django.db import models
from django.db.models import F, Q, QuerySet

from agencies.choices import AdminRequestState, AdminStep
from agencies.models.fields import MemberOf, known, link_to, optional_person
from agencies.models.user import User


class AdminRequestQuerySet(QuerySet):
    def open(self) -> Self:
        return self.filter(state=AdminRequestState.OPEN)

    def with_people(self) -> Self:
        return self.select_related("account", "asked_by", "decided_by")


class AdminRequest(models.Model):
    """Prevents one administrator from taking over another's account (GB/T 22239-2019 8.1.5)."""

    account = link_to(User, "账号")
    step = models.CharField("办理事项", max_length=10, choices=AdminStep)
    reason = models.CharField("理由", max_length=200)
    state = models.CharField(
        "申请状态", max_length=10, choices=AdminRequestState, default=AdminRequestState.OPEN
    )
    asked_by = link_to(User, "申请人")
    asked_at = models.DateTimeField("申请时间")
    decided_by = optional_person("确认人")
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)

    objects = AdminRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = verbose_name_plural = "管理员账号申请"
        constraints = [
            known("adminrequest_step_known", step=AdminStep),
            known("adminrequest_state_known", state=AdminRequestState),
            models.UniqueConstraint(
                name="adminrequest_one_open",
                fields=["account"],
                condition=Q(state=AdminRequestState.OPEN),
                violation_error_message="这个账号已有申请待确认，请先确认、不同意或撤回。",
            ),
            models.CheckConstraint(
                name="adminrequest_not_ones_own",
                condition=~Q(asked_by=F("account")),
                violation_error_message="本人的账号由另外两名管理员办理。",
            ),
            models.CheckConstraint(
                name="adminrequest_decided_when_settled",
                condition=Q(
                    state=AdminRequestState.OPEN, decided_by__isnull=True, decided_at__isnull=True
                )
                | ~Q(state=AdminRequestState.OPEN)
                & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="adminrequest_confirmed_by_another",
                condition=~Q(state=AdminRequestState.CONFIRMED)
                | ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("account")),
                violation_error_message="申请须由另一名管理员确认。",
            ),
        ]

    def __str__(self) -> str:
        return self.step_choice.of(f"“{self.account.username}”")

    step_choice = MemberOf(AdminStep, "step")
    state_choice = MemberOf(AdminRequestState, "state")
