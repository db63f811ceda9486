"""Lights of many measures: the stored ones if they are of the day, the others computed."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lib.http import page_of_row
from measures.choices import Cause, Light
from measures.lights.facts import gather
from measures.models import Measure
from measures.rules.facts import Finding, Verdict


def verdicts_for(measures: Iterable[Measure], *, on: date) -> dict[int, Verdict]:
    """Return each measure's light on a day, by its id.

    A light stored for that day is used, the others are computed, so that pages are right even if
    the midnight job did not run.
    """
    kept, stale = {}, []
    for measure in measures:
        verdict = kept_verdict(measure) if measure.light_on == on else None
        if verdict is None:
            stale.append(measure)
        else:
            kept[measure.pk] = verdict
    return kept | (work_out(stale, on=on) if stale else {})


def work_out(measures: Iterable[Measure], *, on: date) -> dict[int, Verdict]:
    """Compute each measure's light on a day, by its id; in a fixed number of queries."""
    measures = list(measures)
    if not measures:
        return {}
    gathered = gather(measures, on=on)
    return {
        measure.pk: _since_run(measure, gathered.judge(measure, on), on) for measure in measures
    }


def _since_run(measure: Measure, verdict: Verdict, on: date) -> Verdict:
    """Return the verdict with its first day: the fact's own, else that of the stored run."""
    if verdict.since is not None:
        return verdict
    is_same = (measure.light, measure.light_cause) == (verdict.light, verdict.cause)
    return verdict._replace(since=(measure.light_run_on if is_same else None) or on)


def kept_verdict(measure: Measure) -> Verdict | None:
    """Return the stored verdict, of whatever day; None if the light was never computed.

    For rows older than the stored cause, the URL is the part of the measure's page on filings.
    """
    if measure.light_on is None:
        return None
    findings = tuple(map(finding_of, measure.light_findings))
    computed = None
    if measure.light_until is not None:
        computed = Verdict(
            Light(measure.computed_light),
            measure.computed_sentence,
            measure.computed_filing_id,
            Cause(measure.computed_cause),
            since=findings[0].since if findings else None,
            agencies=findings[0].agencies if findings else (),
            findings=findings,
        )
    return Verdict(
        Light(measure.light),
        measure.light_sentence,
        measure.light_filing_id,
        Cause(measure.light_cause or Cause.NO_PERIOD),
        measure.light_until,
        computed,
        since=measure.light_since,
        agencies=findings[0].agencies if findings else (),
        findings=findings,
    )


def keep_verdict(measure: Measure, verdict: Verdict, *, on: date) -> None:
    """Set a verdict on the row without saving; the reverse of kept_verdict."""
    computed = verdict.computed
    measure.light, measure.light_sentence = verdict.light, verdict.sentence
    measure.light_filing_id, measure.light_cause = verdict.filing_id, verdict.cause
    measure.light_on, measure.light_until = on, verdict.until
    measure.light_since = verdict.since
    measure.light_findings = [_row(finding) for finding in verdict.findings]
    measure.computed_light = computed.light if computed else ""
    measure.computed_sentence = computed.sentence if computed else ""
    measure.computed_cause = computed.cause if computed else ""
    measure.computed_filing_id = computed.filing_id if computed else None


def _row(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON: days in ISO format, the severity as text."""
    since = finding.since.isoformat() if finding.since else None
    more = {"agencies": list(finding.agencies), "severity": str(finding.severity)}
    return finding._asdict() | more | {"since": since}


def finding_of(row: Mapping[str, Any]) -> Finding:
    """Return a finding from its JSON, stored on a measure or in a snapshot."""
    return Finding(
        Light(row["light"]),
        Cause(row["cause"]),
        row["sentence"],
        row["filing_id"],
        tuple(row["agencies"]),
        date.fromisoformat(row["since"]) if row["since"] else None,
        Decimal(row["severity"]),
        row.get("answers", ""),  # missing in older snapshots
    )


def fact_url(measure_id: int, *, filing_id: int | None, cause: str) -> str:
    """Return the URL of the fact behind a light: a filing, or a part of the measure's page."""
    if filing_id is not None:
        return f"{page_of_row('measures:filing')}{filing_id}/"
    page = f"{page_of_row('measures:measure')}{measure_id}/"
    return f"{page}#{Cause(cause).anchor}" if cause else page


def url_of(measure_id: int, verdict: Verdict) -> str:
    """Return the URL of the fact behind a verdict."""
    return fact_url(measure_id, filing_id=verdict.filing_id, cause=verdict.cause)
