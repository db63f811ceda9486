"""Cross-row integrity checks, which no constraint can make; they only report."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from measures.choices import Light, RequestState, Stage
from measures.lights.current import kept_verdict, work_out
from measures.models import (
    ClosingRequest,
    CoordinationItem,
    Filing,
    Gap,
    Instruction,
    Measure,
    NoticeChange,
    Responsibility,
    StatusUpdate,
)
from measures.models.totals import KEPT
from measures.rules.coordination import CoordinationStanding, standing_of


def faults(*, on: date) -> list[str]:
    """Return all faults on a day, each as a sentence that names its place."""
    return [
        *_without_lead(on),
        *_wrong_lights(),
        *_wrong_stages(),
        *_wrongly_closed(),
        *_wrongly_accepted(),
        *_unaddressed(),
        *_wrongly_filled(),
        *_wrongly_standing(),
        *_wrongly_counted(),
    ]


def _without_lead(on: date) -> Iterator[str]:
    leads = Responsibility.objects.leads(on=on)
    # If a person recorded that nobody is responsible for a measure, no agency had to file.
    asked = Measure.objects.confirmed().exclude(stage__in=(Stage.SUSPENDED, Stage.ENDED))
    own = {"measure": OuterRef("pk")}
    had = Exists(Responsibility.objects.filter(**own)) | Exists(Filing.objects.filter(**own))
    asked = asked.filter(had)
    for measure in asked.exclude(pk__in=leads.values("measure")):
        yield f"{measure}责任单位已核定，但没有牵头单位。"


def _wrong_lights() -> Iterator[str]:
    """Yield stored lights that differ from the rule's for their day."""
    judged = Measure.objects.exclude(light_cause="")
    days = judged.order_by().values_list("light_on", flat=True).distinct()
    for day in filter(None, days):
        measures = list(judged.filter(light_on=day))
        rule = work_out(measures, on=day)
        for measure in measures:
            right = rule[measure.pk]
            if kept_verdict(measure) != right:
                yield (
                    f"{measure}在{day:%Y-%m-%d}的预警灯存为“{Light(measure.light).label}："
                    f"{measure.light_sentence}”，按规则应为“{right.light.label}：{right.sentence}”。"
                )


def _wrong_stages() -> Iterator[str]:
    """Yield stages that differ from the newest status update; 已完成 is set by closing instead."""
    newest = StatusUpdate.objects.order_by("measure_id", "-at", "-pk").distinct("measure_id")
    for update in newest.select_related("measure"):
        measure = update.measure
        said = (update.stage, update.percent)
        if measure.stage != Stage.DONE and said != (measure.stage, measure.percent):
            yield f"{measure}的进度与最近一次状态更新不一致。"


def _wrongly_closed() -> Iterator[str]:
    """Yield measures closed without an agreed request, or agreed but not closed."""
    agreed = ClosingRequest.objects.filter(state=RequestState.AGREED)
    closed = Measure.objects.filter(stage=Stage.DONE)
    for measure in closed.exclude(pk__in=agreed.values("measure")):
        yield f"{measure}已办结，但没有同意的办结申请。"
    for request in agreed.exclude(measure__in=closed).select_related("measure"):
        yield f"{request.measure}的办结申请已同意，但这项措施没有办结。"


def _wrongly_accepted() -> Iterator[str]:
    """Yield accepted notes that never left the agency, or belong to another filing."""
    accepted = Filing.objects.filter(accepted_note__isnull=False).select_related(
        "measure", "period"
    )
    wrong = Q(accepted_note__left_at__isnull=True) | ~Q(accepted_note__filing=F("pk"))
    for filing in accepted.filter(wrong):
        yield f"{filing}通过的版本未曾报送，或不属于这项填报。"


def _unaddressed() -> Iterator[str]:
    for instruction in Instruction.objects.filter(addressees=None).select_related("measure", "by"):
        yield f"{instruction}没有办理单位。"


def _wrongly_standing() -> Iterator[str]:
    """Yield 需协调事项 whose stored state differs from the one that follows from their steps."""
    for item in CoordinationItem.objects.select_related("measure"):
        now = standing_of(item.step_facts())
        if now != CoordinationStanding(item.state_choice, item.holder_name):
            yield f"{item}（编号{item.pk}）的状态与经过不一致。"


def _wrongly_filled() -> Iterator[str]:
    """Yield gaps filled without a confirmed change, or confirmed but not filled."""
    standing = NoticeChange.objects.fills().confirmed()
    filled = Gap.objects.confirmed().select_related("section", "measure")
    for gap in filled.exclude(pk__in=standing.values("gap")):
        yield f"{gap}已核定，但没有确认的补录。"
    for gap in Gap.objects.unconfirmed().filter(pk__in=standing.values("gap")):
        yield f"{gap}有确认的补录，但仍列为待核对。"


def _wrongly_counted() -> Iterator[str]:
    """Yield kept totals that differ from a new count."""
    for model, totals in KEPT:
        if number := totals.wrong():
            yield f"{model._meta.verbose_name}有{number}条与实际不符。"
