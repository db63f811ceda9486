"""What stands on 措施 many times: its agencies' rows, the lines of its folds, the light's runs."""

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString

from lib.marks import badge, day, light, written
from measures.choices import FilingState

if TYPE_CHECKING:
    from measures.measure_page.filings import MeasureFilingRow
    from measures.measure_page.folds import Fold
    from measures.measure_page.page import MeasurePage
    from measures.measure_page.parties import ResponsibleParty
    from measures.models import Responsibility
    from measures.rules.light_runs import LightRun

SMALL = '\n<br><span class="small muted">{}</span>'
AGENCY = (
    '<tr><th scope="row" data-label="单位">{}\n<br><span class="party-role">'
    '<span aria-hidden="true">{}</span> {}</span>{}{}</th>'
)
FILED = '<td data-label="本期填报">{}</td>'
DEBT = (
    '<a class="tone is-red strong" href="{}"><span aria-hidden="true">▲ </span>{}未报</a><br>'
    "{}应于<time>{}</time>报送"
)
WORDS = '<td data-label="{}"><span class="party-words">{}</span></td>'
NO_WORDS = '<td class="muted"{} data-label="通过的进展">还没有通过的进展{}</td>'
CLOSED = '<td class="is-none muted" colspan="2">不向本单位公开</td>'
FOLD = (
    '<section class="fold" aria-labelledby="{0}"><details {1}><summary>'
    '<h2 id="{0}">{2}{3}</h2> <span class="fold-gist">{4}</span> <span class="fold-when">{5}</span>'
    '</summary><div class="fold-body">{6}</div></details></section>'
)
FETCHED = 'hx-get="{}" hx-trigger="toggle once" hx-target="find .fold-body"'
UNLOADED = '<p data-unloaded><a href="{}">打开“{}”</a></p>'
RUN = (
    '<tr><th scope="row" data-label="起止"><time class="nowrap">{}</time> 至 {}</th>'
    '<td data-label="预警灯">{}{}</td><td class="num" data-label="天数">{}天</td></tr>'
)

register = template.Library()


@register.simple_tag
def party_rows(content: "MeasurePage") -> SafeString:
    """The <tr>s of 各单位进展."""
    sees_trouble = content.sees_trouble
    return SafeString(
        "\n".join(
            f"{_agency(one.duty)}{FILED.format(_filed(one))}{_said(one, sees_trouble)}</tr>"
            for one in content.parties
        )
    )


def _agency(duty: "Responsibility") -> str:
    role = duty.role_choice
    basis = SMALL.format(duty.get_lead_basis_display()) if duty.lead_basis else ""
    own = SMALL.format(escape(duty.duty)) if duty.duty else ""
    return AGENCY.format(escape(duty.name_then), role.mark, role.label, basis, own)


def _filed(party: "ResponsibleParty") -> str:
    """Where its filing stands, what else it owes, and what was given up."""
    filing, parts = party.filing, []
    if filing is None:
        parts.append('<span class="muted">无填报任务</span>')
    elif party.status is not None and not party.is_told_by_debts:
        parts.append(f'<a href="{filing.url}">{badge(party.status)}</a>')
        parts += _submitted(filing, is_debt=filing in party.debts)
    if party.debts:
        more = len(party.debts) > 1
        first = party.debts[0]
        periods = escape(party.debt_periods) + "均" * more
        parts.append(DEBT.format(first.url, periods, "最早的" * more, day(first.due_on)))
    if party.written_off:
        parts.append(f'<span class="tag">已核销</span> {escape(party.written_off)}')
    return "\n<br>".join(parts)


def _submitted(filing: "MeasureFilingRow", *, is_debt: bool) -> list[str]:
    if filing.first_submitted_at:
        late = "迟报" if filing.is_filed_late else "按时"
        word = "<b>补报</b>" if filing.is_backfilled else late
        waits = "，待审核" if filing.state == FilingState.SUBMITTED else ""
        return [f"<time>{day(filing.first_submitted_at)}</time>报送，{word}{waits}"]
    if filing.is_owed and not is_debt:
        return [f"<time>{day(filing.due_on)}</time>前报送"]
    return []


def _said(party: "ResponsibleParty", sees_trouble: bool) -> str:
    """Its accepted words, as far as the reader sees them."""
    note = party.note
    if party.accepted is None or note is None:
        more = "；已关闭的填报期仍可补报，补报后另行标明" if party.debts else ""
        return NO_WORDS.format(' colspan="3"' if sees_trouble else "", more)
    older = f"<b>{escape(str(party.accepted.period))}：</b>" if party.is_older else ""
    words = f'<span class="party-words">{escape(note.progress)}</span>'
    if note.is_unchanged:
        words = f'<span class="tag">本期无新进展</span> {escape(note.unchanged_reason)}'
    found = f'<td data-label="通过的进展">{older}{words}</td>'
    if party.is_whole:
        found += WORDS.format("存在的问题", escape(note.problems) or "—")
        found += WORDS.format("下一步打算", escape(note.next_steps) or "—")
    elif sees_trouble:
        found += CLOSED
    return found


@register.simple_tag
def fold_lines(folds: "Iterable[tuple[Fold, str]]", measure_url: str) -> SafeString:
    """The folds, each with its body or with the way to it, which htmx goes without being asked."""
    return SafeString("\n".join(_fold(one, body, measure_url) for one, body in folds))


def _fold(fold: "Fold", body: str, measure_url: str) -> str:
    url = f"{measure_url}folds/{fold.name}/"
    count = f' <span class="fold-count">{fold.number}</span>' if fold.number else ""
    opened = "open" if body else FETCHED.format(url)
    title, gist, when = escape(fold.title), escape(fold.gist) or "没有", escape(fold.when)
    inside = body or UNLOADED.format(url, title)
    return FOLD.format(fold.name, opened, title, count, gist, when, inside)


@register.simple_tag
def light_runs(runs: Iterable["LightRun"]) -> SafeString:
    """The <tr>s of a light's runs."""
    return SafeString("\n".join(map(_run, runs)))


def _run(run: "LightRun") -> str:
    step = run.step
    until = f'<time class="nowrap">{day(run.last)}</time>' if run.last else "今"
    old = ' <span class="tag">按原规则</span>' if step.is_old_rule else ""
    lit = light(step.shown, step.sentence, step.url, step.until)
    begun = SMALL.format(f"首日：{escape(run.begun)}") if run.begun else ""
    return RUN.format(day(run.first), until, written(lit), old + begun, run.days)
