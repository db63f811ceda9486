"""Rows in the tables of an older version, with all values that its constraints require."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.apps.registry import Apps

from measures.tests.factories import NOW, TODAY

_numbers = count(1)


class OldTables:
    """Creates rows for a test with the models of that version."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps

    def model(self, label: str) -> Any:
        return self._apps.get_model(label)

    def make(self, label: str, /, **fields: Any) -> Any:
        return self.model(label).objects.create(**fields)

    def user(self) -> Any:
        number = next(_numbers)
        return self.make("agencies.User", username=f"u{number}", name=f"人员{number}", password="!")

    def agency(self) -> Any:
        number = next(_numbers)
        names = {"short_name": f"单位{number}", "full_name": f"重庆市单位{number}"}
        return self.make(
            "agencies.Agency", code=f"a{number}", kind="municipal", order=number, **names
        )

    def notice(self) -> Any:
        """Create a separate notice for each caller: periods of one kind must not overlap in one."""
        return self.make(
            "measures.Notice",
            number=f"渝府办发〔2018〕{next(_numbers)}号",
            title="关于一件事的意见",
            issuer="重庆市人民政府办公厅",
            issued_on=date(2018, 11, 30),
            coordinator=self.agency(),
            preamble="为做好一件事，提出以下意见：",
            closing=["请认真落实。"],
            drafted_by=[],
            addressed_to=[],
            captured_text="",
            captured_digest="",
        )

    def measure(self, notice: Any, *, is_led: bool = True, **fields: Any) -> Any:
        """Create a measure in progress, with a lead."""
        sections = self.model("measures.Section").objects
        section, _ = sections.get_or_create(notice=notice, ordinal=1, title="第一部分")
        shown = {"title": "推进一件事", "text": ["推进一件事。"], "stage": "under_way"}
        measure = self.make(
            "measures.Measure",
            notice=notice,
            section=section,
            ordinal=notice.measures.count() + 1,
            **{"starts_on": date(2018, 11, 30)} | shown | fields,
        )
        if is_led:
            led = {"role": "lead", "lead_basis": "first_named", "order": 1}
            self.make("measures.Responsibility", measure=measure, agency=self.agency(), **led)
        return measure

    def period(self, notice: Any, **fields: Any) -> Any:
        """Create an open period of the third quarter, due tomorrow."""
        shown = {"kind": "quarterly", "label": "2026年前三季度", "state": "open"}
        days = {
            "covers_from": date(2026, 7, 1),
            "covers_to": date(2026, 9, 30),
            "cumulative_from": date(2026, 1, 1),
            "opens_on": date(2026, 9, 30),
            "due_on": TODAY + timedelta(days=1),
        }
        fields = shown | days | fields
        fields["closes_on"] = fields["due_on"] + timedelta(days=14)
        return self.make("measures.Period", notice=notice, **fields)

    def filing(self, measure: Any, period: Any, **fields: Any) -> Any:
        """Create a filing of the measure's lead."""
        agency = measure.responsibilities.get(role="lead").agency
        return self.make(
            "measures.Filing",
            measure=measure,
            period=period,
            agency=agency,
            agency_name=agency.short_name,
            role="lead",
            **{"due_on": period.due_on} | fields,
        )

    def request(self, model: str, measure: Any, state: str, **fields: Any) -> Any:
        """Create a request of the measure's lead to the chief, decided if its state says so."""
        duty = measure.responsibilities.filter(role="lead").first()
        agency = duty.agency if duty else measure.notice.coordinator
        asked = {"asked_by": self.user(), "asked_at": NOW - timedelta(days=1)}
        whose = {"agency": agency, "agency_name": agency.short_name, "post": agency.short_name}
        is_withdrawn = state == "withdrawn" and model != "measures.OverrideRequest"
        if is_withdrawn or state in ("agreed", "refused", "reopened", "ended"):
            whose |= {"decided_by": self.user(), "decided_at": NOW, "decision_note": "已核实。"}
        return self.make(model, measure=measure, state=state, **asked | whose | fields)

    def light_change(self, measure: Any, on: date, **fields: Any) -> Any:
        shown = {"light": "green", "label": "正常", "sentence": f"{on}的原因", "cause": "filed"}
        return self.make("measures.LightChange", measure=measure, on=on, **shown | fields)
