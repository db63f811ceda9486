"""确认: a draft becomes a notice with its plan, all or nothing."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import Agency, AgencyName, User
from agencies.permissions import Perm
from lib.errors import DomainError
from measures.choices import Direction, GapKind, LeadBasis, Nature, PeriodKind, ResponsibilityRole
from measures.intake.differences import Known, NoticeDifference, differences
from measures.intake.ordinals import ordinals
from measures.intake.values import BodyRole, RoleBasis
from measures.intake.work import (
    BY_RULE,
    FIRST_NAMED,
    NEW,
    PlanBody,
    PlanItem,
    PlanPromise,
    Work,
    day_of,
    numbered,
    section_ordinals,
)
from measures.intake_page.actions import demand_seen, take_unfinished, work_in
from measures.lights.refresh import refresh_lights
from measures.models import (
    Gap,
    Indicator,
    IndicatorTarget,
    IntakeDraft,
    Measure,
    Milestone,
    Notice,
    Period,
    Responsibility,
    Section,
)
from measures.models.limits import MOST_DECIMALS, WORDS_MOST
from measures.periods.actions import create_period, open_period
from measures.rules.periods import Slice

WHOLE = "全文"  # the only section of a notice without sections
SECTION_MOST, INDICATOR_MOST, UNIT_MOST, MILESTONE_MOST, ADDRESSEE_MOST = 100, 60, 20, 100, 80
_OF_LISTS = tuple(kind for kind in GapKind if kind.is_list)
_DOWN = ("at_most", "less_than")
_ROLES = {
    BodyRole.LEAD: ResponsibilityRole.LEAD,
    BodyRole.JOINT_LEAD: ResponsibilityRole.JOINT_LEAD,
    BodyRole.RESPONSIBLE: ResponsibilityRole.RESPONSIBLE,
}
_DUTIES = {BodyRole.GUIDE: "指导", BodyRole.JOIN: "参与"}


class ConfirmedNotice(NamedTuple):
    notice: Notice
    period: Period | None
    filings: int


class Sums(NamedTuple):
    """How many rows of each kind confirming would create."""

    sections: int
    items: int
    links: int
    agencies: int
    milestones: int
    indicators: int
    gaps: int


def missing_of(work: Work) -> list[str]:
    """Return why a draft cannot be confirmed yet, as whole sentences."""
    heads = (
        ("发文字号", work.number),
        ("标题", work.title),
        ("发文机关", work.issuer),
        ("成文日期", work.issued_on),
    )
    missing = [label for label, words in heads if not words]
    found = [f"文件的{'、'.join(missing)}没有读出，请填写。"] if missing else []
    if not work.items:
        found.append("没有事项，请选中文字逐条指定。")
    if left := len(work.open_doubts):
        found.append(f"还有{left}处存疑没有处理。")
    without = [
        item for item in work.items if item.lacks_lead and GapKind.AGENCIES not in _gaps(item)
    ]
    if without and not left:
        found.append(f"“{without[0].shown}”等{len(without)}项没有牵头单位，请指定牵头单位。")
    if any(len(item.section) > SECTION_MOST for item in work.items):
        found.append(f"有部分的标题超过{SECTION_MOST}字，请改短。")
    return found


def sums_of(work: Work) -> Sums:
    promises = [one for item in work.items for one in item.promises if one.is_chosen]
    used = {body.agency for item in work.items for body in item.bodies}
    return Sums(
        sections=len({item.section for item in work.items}),
        items=len(work.items),
        links=sum(len(_linked(item)) for item in work.items),
        agencies=sum(NEW + one.name in used for one in work.new_agencies),
        milestones=sum(one.kind == "milestone" for one in promises),
        indicators=sum(one.kind == "indicator" for one in promises),
        gaps=sum(len(_gaps(item)) for item in work.items),
    )


def same_notice(work: Work) -> Notice | None:
    """Return the existing notice with this number or this title, if there is one."""
    named = Q(number=work.number) if work.number else Q()
    titled = Q(title=work.title) if work.title else Q()
    if not (work.number or work.title):
        return None
    return Notice.objects.filter(named | titled if named and titled else named or titled).first()


def differences_to(work: Work, notice: Notice) -> list[NoticeDifference]:
    """Return the differences of this reading from the plan of the same notice; three queries."""
    on = day_of(work.issued_on) or localdate()
    measures = Measure.objects.filter(notice=notice).with_responsibilities(on=on)
    gaps = Gap.objects.unconfirmed().filter(notice=notice, kind__in=_OF_LISTS)
    open_measures = set(gaps.values_list("measure", flat=True))
    return differences(
        work,
        [
            Known(
                one.ordinal,
                one.title,
                "\n".join(one.text),
                frozenset(duty.agency.code for duty in one.duties),
                tuple(duty.agency.name_then or duty.agency.short_name for duty in one.duties),
                one.pk in open_measures,
            )
            for one in measures
        ],
    )


@transaction.atomic
def confirm_draft(
    draft: IntakeDraft,
    *,
    seen: int,
    coordinator: Agency | str,
    main_kind: PeriodKind,
    covering: Slice | None = None,
    due_on: date | None = None,
    by: User,
    at: datetime,
) -> ConfirmedNotice:
    """Create the notice with its plan, and its first period if `covering` is given.

    `coordinator`: an agency, or the key of one that the draft creates (Work.new_names).
    Raises DomainError while a doubt is open or the head is incomplete, or if the notice exists
    already; StaleError if the draft was saved since the person saw it.
    """
    draft = take_unfinished(draft, by)
    demand_seen(draft, seen)
    work = work_in(draft)
    if missing := missing_of(work):
        raise DomainError(f"还不能确认：{missing[0]}")
    # One at a time: the second of two must see the notice and the agencies' numbers of the first.
    Agency.objects.select_for_update(no_key=True).order_by("pk").first()
    if same := same_notice(work):
        raise DomainError(f"{same}已在系统中，不再生成第二份；请在草稿页查看两者的差别。")
    agencies = _agencies(work)
    if not isinstance(coordinator, Agency):
        if coordinator not in work.new_names:
            raise DomainError("统筹单位已不在这份草稿中，请重新选择。")
        coordinator = agencies[coordinator]
    notice = _make_notice(draft, work, coordinator, main_kind)
    measures = _Plan(notice, work, agencies).make()
    sums = sums_of(work)
    draft.notice, draft.confirmed_by, draft.confirmed_at = notice, by, at
    draft.save(update_fields=["notice", "confirmed_by", "confirmed_at"])
    trail.record(
        "notice.confirm",
        notice,
        by=by,
        at=at,
        sentence=f"确认导入{notice}：{sums.items}项、{sums.links}个责任关系，新建单位"
        f"{sums.agencies}个，待核对{sums.gaps}处。",
        after=sums._asdict(),
    )
    refresh_lights(measures, on=localdate(at))
    if covering is None:
        return ConfirmedNotice(notice, None, 0)
    by.demand(Perm.KEEP_PERIODS)
    period = create_period(notice, by=by, covering=covering, due_on=due_on, at=at)
    return ConfirmedNotice(notice, period, open_period(period, by=by, at=at))


def _make_notice(
    draft: IntakeDraft, work: Work, coordinator: Agency, main_kind: PeriodKind
) -> Notice:
    issued_on = day_of(work.issued_on)
    assert issued_on is not None  # missing_of checked it
    try:
        with transaction.atomic():
            return Notice.objects.create(
                number=work.number,
                title=work.title,
                issuer=work.issuer,
                issued_on=issued_on,
                coordinator=coordinator,
                preamble=work.preamble,
                closing=list(work.closing),
                drafted_by=[],
                addressed_to=[one[:ADDRESSEE_MOST] for one in work.addressees],
                captured_text=draft.text,
                captured_digest=hashlib.sha256(draft.text.encode()).hexdigest(),
                main_kind=main_kind,
            )
    except IntegrityError as error:  # somebody confirmed the same notice at the same moment
        raise DomainError(f"{work.number}刚刚已由他人确认，不再生成第二份。") from error


def _agencies(work: Work) -> Mapping[str, Agency]:
    """Return the agencies by key; those that a person added in the draft are created."""
    keys = {body.agency for item in work.items for body in item.bodies}
    found = {one.code: one for one in Agency.objects.filter(code__in=keys)}
    if lost := keys - found.keys() - {NEW + one.name for one in work.new_agencies} - {""}:
        raise DomainError(f"单位{'、'.join(sorted(lost))}已不在名录中，请重新指定。")
    _demand_new_names(work, keys)
    order = Agency.objects.aggregate(last=Max("order"))["last"] or 0
    for one in work.new_agencies:
        if NEW + one.name not in keys:
            continue
        order += 1
        names = {"short_name": one.name, "full_name": one.full_name}
        agency = Agency.objects.create(code=f"n{order}", kind=one.kind, order=order, **names)
        AgencyName.objects.create(agency=agency, **names)
        found[NEW + one.name] = agency
    return found


def _demand_new_names(work: Work, keys: set[str]) -> None:
    """Raise DomainError if a new agency has an existing name: pages show only the name."""
    made = [one for one in work.new_agencies if NEW + one.name in keys]
    short, full = {one.name for one in made}, {one.full_name for one in made}
    taken = Agency.objects.filter(Q(short_name__in=short) | Q(full_name__in=full)).first()
    if taken is not None:
        raise DomainError(f"名录中已有“{taken}”，不能新建同名单位，请在简称和全称中写明地区。")


class _Plan:
    """Creates a notice's sections, measures, responsibilities, gaps, indicators and milestones."""

    def __init__(self, notice: Notice, work: Work, agencies: Mapping[str, Agency]) -> None:
        self.notice, self.work, self.agencies = notice, work, agencies
        self.names = {
            one.pk: one.name_then or one.short_name
            for one in Agency.objects.filter(code__in=self.agencies).named(on=notice.issued_on)
        }

    def make(self) -> list[Measure]:
        sections = self._sections()
        items = self.work.items
        numbers = ordinals(*numbered(self.work))
        return [
            self._measure(number, item, sections[item.section])
            for number, item in zip(numbers, items, strict=True)
        ]

    def _sections(self) -> dict[str, Section]:
        numbers = section_ordinals(self.work)
        titles, made = list(numbers), {}
        for title, place in numbers.items():
            shown = title or (WHOLE if titles == [""] else "")
            section = Section.objects.create(notice=self.notice, ordinal=place, title=shown)
            if not shown:
                Gap.objects.create(notice=self.notice, section=section, kind=GapKind.TITLE)
            made[title] = section
        return made

    def _measure(self, place: int, item: PlanItem, section: Section) -> Measure:
        due_on = day_of(item.due_on)
        measure = Measure.objects.create(
            notice=self.notice,
            section=section,
            ordinal=place,
            title=item.title,
            working_title="" if item.title else item.working_title,
            text=[one.strip() for one in item.text.split("\n") if one.strip()],
            nature=Nature.DATED if due_on else Nature.ONGOING,
            starts_on=min(self.notice.issued_on, due_on or self.notice.issued_on),
            due_on=due_on,
        )
        lead = self._responsibilities(measure, item)
        left = _shown_agencies(item)
        shown = {
            GapKind.TITLE: measure.working_title,
            GapKind.AGENCIES: left,
            GapKind.OTHERS: f"其余{left}",
        }
        for kind in _gaps(item):
            Gap.objects.create(
                notice=self.notice,
                measure=measure,
                kind=kind,
                shown_meanwhile=shown.get(GapKind(kind), "")[:100],
            )
        for promise in item.promises:
            if promise.is_chosen and promise.fits:
                self._promise(measure, promise, lead)
        return measure

    def _responsibilities(self, measure: Measure, item: PlanItem) -> Agency | None:
        """Create a measure's responsibilities in the text's order; return the lead."""
        lead = None
        for order, body in enumerate(_linked(item), 1):
            agency = self.agencies[body.agency]
            is_lead = body.role == BodyRole.LEAD and lead is None
            role = BodyRole(body.role if is_lead else body.beside_lead().role)
            Responsibility.objects.create(
                measure=measure,
                agency=agency,
                order=order,
                role=_ROLES.get(role, ResponsibilityRole.SUPPORT),
                lead_basis=_basis(body) if is_lead else "",
                duty=_DUTIES.get(role, ""),
            )
            lead = agency if is_lead else lead
        return lead

    def _promise(self, measure: Measure, one: PlanPromise, lead: Agency | None) -> None:
        due_on, wording = day_of(one.by), one.text[:WORDS_MOST]
        if one.kind == "milestone":
            assert due_on is not None  # a milestone always has a day
            Milestone.objects.create(
                measure=measure,
                title=one.name[:MILESTONE_MOST],
                due_on=due_on,
                original_due_on=due_on,
                agency=lead,
                agency_name=self.names.get(lead.pk, lead.short_name)[:40] if lead else "",
                wording=wording,
                source=self.notice.number,
            )
            return
        if measure.indicators.filter(name=one.name[:INDICATOR_MOST]).exists():
            return
        value = Decimal(one.value) if one.value else None
        exponent = value.as_tuple().exponent if value is not None else 0
        decimals = max(0, -exponent) if isinstance(exponent, int) else 0
        indicator = Indicator.objects.create(
            measure=measure,
            name=one.name[:INDICATOR_MOST],
            unit=one.unit[:UNIT_MOST],
            decimals=min(decimals, MOST_DECIMALS),
            direction=Direction.DOWN if one.comparison in _DOWN else Direction.UP,
            wording=wording,
        )
        if value is not None and one.comparison != "change":
            IndicatorTarget.objects.create(
                indicator=indicator, due_on=due_on, value=value, basis=self.notice.number
            )


def _linked(item: PlanItem) -> list[PlanBody]:
    """Return the bodies that become responsibilities: those whose agency is known, each once."""
    return list({body.agency: body for body in reversed(item.bodies) if body.agency}.values())[::-1]


def _gaps(item: PlanItem) -> list[str]:
    """Return what stays unknown, also names without an agency and a lost title."""
    found = list(item.gaps)
    if any(not body.agency for body in item.bodies):
        found.append(GapKind.OTHERS.value)
    if GapKind.OTHERS in found and all(one.role != BodyRole.LEAD for one in _linked(item)):
        found.append(GapKind.AGENCIES.value)
    if GapKind.AGENCIES in found:
        found = [kind for kind in found if kind != GapKind.OTHERS]
    if not item.title:
        found.append(GapKind.TITLE.value)
    return list(dict.fromkeys(found))


def _shown_agencies(item: PlanItem) -> str:
    others = item.unnamed if GapKind.OTHERS in item.gaps else ()
    names = "、".join((*(body.name for body in item.bodies if not body.agency), *others))
    return f"责任单位待核对：{names}" if names else "责任单位待核对"


def _basis(body: PlanBody) -> LeadBasis:
    if body.basis == FIRST_NAMED:
        return LeadBasis.FIRST_NAMED
    is_text = body.basis in (BY_RULE, RoleBasis.TEXT, RoleBasis.TABLE, RoleBasis.CLAUSE)
    return LeadBasis.TEXT if is_text else LeadBasis.DESIGNATED
