"""Which reminders of an instruction's deadline were told."""

from django.db import models

from agencies.models.fields import MemberOf
from measures.choices import InstructionRung
from measures.models.checks import known
from measures.models.instruction import Instruction


class InstructionTold(models.Model):
    """A reminder that was told, or passed over because a later one was reached."""

    instruction = models.ForeignKey(
        Instruction, models.PROTECT, related_name="told", verbose_name="批示"
    )
    rung = models.CharField("事项", max_length=10, choices=InstructionRung)
    at = models.DateTimeField("时间")
    is_passed = models.BooleanField("略过", default=False)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = verbose_name_plural = "批示提醒"
        constraints = [
            known("instruction_told_rung_known", rung=InstructionRung),
            models.UniqueConstraint(
                fields=["instruction", "rung"], name="instruction_told_once_a_rung"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instruction}的{self.rung_choice.label}"

    rung_choice = MemberOf(InstructionRung, "rung")
