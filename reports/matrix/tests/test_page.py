"""责任矩阵."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import AgencyName
from agencies.permissions import Role
from measures.choices import FilingState, GapKind, LeadBasis, Light, ResponsibilityRole
from measures.models import Filing, Gap, Measure, Responsibility
from measures.tests.factories import TODAY, make_agency, make_filing, make_measure, make_user
from reports.choices import MatrixView
from reports.tests.reading import marks, read, words
from reports.tests.world import make_many, relabel

URL = "/matrix/"
MOST_QUERIES = 9


def cells(page, agency):
    """Return the column of an agency: its cells in the order of the measures."""
    heads = [words(head) for head in page.xpath("//table//thead//th")]
    place = heads.index(agency)
    rows = page.xpath("//tbody/tr[not(@class)][th[@scope='row']/a]")
    return [row.xpath("*")[place] for row in rows]


def sub(page):
    return words(page.xpath("//p[contains(@class, 'page-sub')]")[0])


def test_the_real_notice_has_exactly_53_marks(real_notice, signed_in):
    page = read(signed_in.get(URL))
    assert len(marks(page)) == 53
    assert sub(page) == (
        "17项措施 × 17个责任单位 · 53项责任，其中牵头13项（原文未明确，按排名首位暂列）"
        " · 4项责任单位待核对"
    )
    assert words(page.xpath("//tfoot/tr[last()]/td[last()]")[0]) == "53"


def test_the_commission_leads_ten_of_its_thirteen(real_notice, signed_in):
    page = read(signed_in.get(f"{URL}?view=roles"))
    column = [words(cell) for cell in cells(page, "市商务委")]
    assert column.count("●") == 10
    assert column.count("○") == 3
    assert words(page.xpath("//tfoot/tr[last()]/td")[0]) == "13"


def test_a_joint_lead_has_its_own_mark(real_notice, signed_in):
    rows = Responsibility.objects.filter(measure__ordinal=6, agency__short_name="重庆海关")
    rows.update(role=ResponsibilityRole.JOINT_LEAD)
    page = read(signed_in.get(f"{URL}?view=roles"))
    place = cells(page, "重庆海关")[5]
    assert words(place) == "◎"
    assert place.xpath("a/@title") == ["并列牵头"]
    assert "◎ 并列牵头" in [words(one) for one in page.xpath("//ul[@class='legend']/li")]
    assert "其中牵头13项" in sub(page)


@pytest.mark.parametrize("view", MatrixView)
def test_an_incomplete_list_is_marked_in_its_row_with_its_agencies(real_notice, signed_in, view):
    measure = Measure.objects.get(ordinal=6)
    Gap.objects.create(notice=measure.notice, measure=measure, kind=GapKind.OTHERS)
    page = read(signed_in.get(f"{URL}?view={view}"))
    (marked,) = page.xpath("//tbody//th/a[contains(@class, 'gap-mark')][.='其余待核对']")
    assert marked.get("href") == "/gaps/"
    row = marked.getparent().getparent()
    assert words(row.xpath("th/span")[0]) == "（六）"
    assert words(row.xpath("td[last()]")[0]) == "2"
    assert not row.xpath("td[contains(@class, 'is-gap')]")


def test_measures_without_known_agencies_are_hatched(real_notice, signed_in):
    page = read(signed_in.get(URL))
    rows = page.xpath("//tbody/tr[td[contains(@class, 'is-gap')]]")
    assert [words(row.xpath("th//span")[0]) for row in rows] == [
        "（八）",
        "（九）",
        "（十一）",
        "（十五）",
    ]
    assert {words(row.xpath("td[last()]")[0]) for row in rows} == {"待核对"}
    assert {len(row.xpath("td[contains(@class, 'is-gap')]")) for row in rows} == {17}


def test_agencies_are_in_protocol_order_and_totals_add_up(world, signed_in):
    page = read(signed_in.get(URL))
    heads = [words(head) for head in page.xpath("//thead//th")]
    assert heads[1] == "市商务委"
    assert (len(heads), heads[-1]) == (19, "合计")
    totals = [int(words(cell)) for cell in page.xpath("//tfoot/tr[last()]/td")]
    assert sum(totals[:-1]) == totals[-1] == 53
    rows = page.xpath("//tbody/tr/td[last()][contains(@class, 'matrix-sum')]")
    assert sum(int(words(cell)) for cell in rows if words(cell) != "待核对") == 53


def test_every_mark_names_agency_role_measure_and_state(world, signed_in):
    page = read(signed_in.get(URL))
    names = [mark.get("aria-label") for mark in marks(page)]
    assert "市商务委 牵头（一）扩大先进技术设备和关键零部件进口：已通过" in names
    assert "市农业农村委 牵头（三）扩大优质农产品和重要资源性产品进口：逾期未报" in names
    assert len(set(names)) == 53


@pytest.mark.parametrize(
    ("state", "tone", "sign"),
    [
        (FilingState.ACCEPTED, "is-green", "●✓"),
        (FilingState.SUBMITTED, "is-blue", "●…"),
        (FilingState.RETURNED, "is-yellow", "●↩"),
        (FilingState.PENDING, "is-red", "●!"),
        (FilingState.DRAFT, "is-red", "●!"),
        (FilingState.WAIVED, "is-grey", "●–"),
    ],
)
def test_cells_show_the_filing_by_colour_and_in_words(signed_in, state, tone, sign):
    lead = make_agency(name="甲单位")
    make_filing(measure=make_measure(lead=lead), state=state, due_on=TODAY.replace(day=20))
    cell = cells(read(signed_in.get(URL)), "甲单位")[0]
    assert (cell.get("class"), words(cell)) == (tone, sign)


@pytest.mark.parametrize("state", [FilingState.PENDING, FilingState.DRAFT])
def test_filings_not_due_yet_have_no_colour(signed_in, state):
    lead = make_agency(name="甲单位")
    make_filing(measure=make_measure(lead=lead), state=state, due_on=TODAY)
    cell = cells(read(signed_in.get(URL)), "甲单位")[0]
    assert (cell.get("class"), words(cell)) == ("is-plain", "●")
    assert cell.xpath("a/@aria-label")[0].endswith("：待报（未到截止日）")


def test_a_mark_links_to_its_filing_or_else_to_the_measure(world, signed_in):
    filing = Filing.objects.filter(measure__ordinal=1, role="lead").get()
    assert f"/filings/{filing.pk}/" in [m.get("href") for m in marks(read(signed_in.get(URL)))]
    make_measure(ordinal=18, lead=make_agency(name="新单位"))
    mark = cells(read(signed_in.get(URL)), "新单位")[-1].xpath("a")[0]
    assert mark.get("href") == f"/measures/{Measure.objects.get(ordinal=18).pk}/"
    assert mark.get("aria-label").endswith("：本期无填报任务")


def test_the_switch_colours_by_light_and_keeps_the_period(world, signed_in):
    _, opened = world
    page = read(signed_in.get(f"{URL}?period={opened.pk}"))
    switch = page.xpath("//nav[@aria-label='矩阵显示']/a/@href")
    assert switch == [f"?period={opened.pk}&view={view}" for view in MatrixView.values]
    page = read(signed_in.get(URL + switch[-1]))
    red = Measure.objects.filter(light=Light.RED)
    owed = Responsibility.objects.filter(measure__in=red).count()
    assert len(page.xpath("//td[@class='is-red']")) == owed
    assert len(marks(page)) == 53
    assert page.xpath("//input[@name='view']/@value") == ["lights"]


def test_agencies_are_named_as_in_the_period_shown(world, signed_in):
    closed, opened = world
    agency = Filing.objects.filter(measure__ordinal=1, role="lead").get().agency
    AgencyName.objects.filter(agency=agency).update(valid_to=closed.covers_to)
    AgencyName.objects.create(
        agency=agency,
        short_name="后来的名称",
        full_name="后来的名称",
        valid_from=opened.covers_from,
    )
    before = [
        words(h) for h in read(signed_in.get(f"{URL}?period={closed.pk}")).xpath("//thead//th")
    ]
    after = [
        words(h) for h in read(signed_in.get(f"{URL}?period={opened.pk}")).xpath("//thead//th")
    ]
    assert (before[1], after[1]) == ("市商务委", "后来的名称")


def test_a_closed_period_keeps_its_lights(world, signed_in):
    closed, _ = world
    Measure.objects.update(light=Light.RED, light_on=TODAY)
    page = read(signed_in.get(f"{URL}?period={closed.pk}&view=lights"))
    assert len(page.xpath("//td[@class='is-green']")) > 20
    assert "关闭时的快照" in words(page)


def test_a_closed_period_keeps_the_labels_of_its_lights(world, signed_in):
    closed, _ = world
    relabel(closed, red="红灯", green="绿灯")
    page = read(signed_in.get(f"{URL}?period={closed.pk}&view=lights&light=red"))
    legend = words(page.xpath("//ul[@class='legend']")[0])
    assert ("红灯" in legend, "滞后" in legend) == (True, False)
    assert "其中红灯" in words(page.xpath("//tfoot")[0])
    assert "滞后" not in words(page.xpath("//main")[0])
    now = read(signed_in.get(f"{URL}?view=lights"))
    assert "其中滞后" in words(now.xpath("//tfoot")[0])


def test_an_agency_that_left_a_measure_is_not_shown_live(signed_in):
    gone = make_agency(name="已退出单位")
    measure = make_measure(others=(gone,))
    measure.responsibilities.filter(agency=gone).update(valid_to=TODAY.replace(day=1))
    heads = [words(head) for head in read(signed_in.get(URL)).xpath("//thead//th")]
    assert "已退出单位" not in heads


def test_leads_are_counted_by_their_basis(signed_in):
    make_measure()
    make_measure()
    other = make_measure()
    other.responsibilities.update(lead_basis=LeadBasis.DESIGNATED)
    assert "牵头3项（原文未明确，按排名首位暂列2项；商务委指定1项）" in sub(
        read(signed_in.get(URL))
    )


def test_the_table_has_scoped_heads_and_prints_in_landscape(world, signed_in):
    page = read(signed_in.get(URL))
    assert not page.xpath("//table//th[not(@scope)]")
    assert page.xpath("//table[@data-grid]/ancestor::div[@class='matrix-scroll']")
    assert "print-landscape" in page.xpath("//body/@class")[0]
    assert page.xpath("//button[@data-print]")
    assert len(page.xpath("//h1")) == 1


def test_an_unknown_period_is_404(world, signed_in):
    assert signed_in.get(f"{URL}?period=0").status_code == 404


@pytest.mark.parametrize(
    "role", [Role.COORDINATOR, Role.CHIEF, Role.LIAISON, Role.AGENCY_HEAD, Role.LEADER]
)
def test_every_business_role_reads_all(real_notice, client, role):
    client.force_login(make_user(role, make_agency()))
    assert len(marks(read(client.get(URL)))) == 53


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_administrators_see_no_business_content(real_notice, client, role):
    client.force_login(make_user(role))
    assert client.get(URL).status_code == 403


def test_an_anonymous_visitor_is_redirected_to_sign_in(db, client):
    response = client.get(URL)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_without_a_notice_the_page_still_works(signed_in):
    assert "还没有可以显示的措施" in words(read(signed_in.get(URL)))


@pytest.mark.parametrize("view", MatrixView.values)
def test_the_number_of_queries_does_not_grow_with_the_measures(signed_in, view):
    counts = []
    period = make_many(1)
    for more in (0, 29):
        for _ in range(more):
            measure = make_measure(light=Light.RED, light_on=TODAY)
            make_filing(measure=measure, period=period)
        signed_in.get(URL)
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(f"{URL}?view={view}")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST_QUERIES
