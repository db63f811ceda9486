"""用Excel填报 and 工作台账: download, upload, read the check's result, apply."""

from io import BytesIO
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from agencies.models import Event
from agencies.permissions import Role
from measures.choices import FilingState, SheetKind
from measures.models import Note, SheetImport
from measures.rules.periods import Quarter
from measures.sheets.actions import download_sheet
from measures.sheets.run import run_sheet
from measures.sheets.tests.sheets import (
    FIRST,
    LATER,
    checked,
    file_of,
    filled,
    handed_back,
    put,
    untouched,
    uploaded,
)
from measures.tests.factories import (
    NOW,
    make_agency,
    make_another_notice,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_user,
    sign_in,
)
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def filing(agency):
    return make_filing(measure=make_dated_measure(lead=agency))


@pytest.fixture
def liaison(agency, client):
    return sign_in(client, Role.LIAISON, agency)


def bytes_of(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_sheet_of_another_notice_is_led_to_its_own_page(client, filing, agency, liaison):
    notice = make_another_notice("渝府办发〔2020〕9号")
    other = make_period(notice=notice)
    make_filing(measure=make_measure(lead=agency, notice=notice), period=other)
    sent = client.get("/filings/sheet/", {"period": other.pk})
    assert quote(f"{notice}{other}") in sent["Content-Disposition"]
    content = filled(bytes_of(sent), untouched)
    assert str(notice) in {
        cell.value for ws in load_workbook(BytesIO(content)) for row in ws for cell in row
    }
    file = file_of(content, "a.xlsx")
    client.post(f"/filings/sheets/?period={filing.period_id}", {"file": file})
    sheet = checked(SheetImport.objects.get())
    page = client.get(f"/sheets/{sheet.pk}/").content.decode()
    (link,) = parse(page).xpath(f"//main//a[contains(., '{notice}')]")
    assert link.get("href") == f"/filings/sheets/?period={other.pk}&agency={agency.pk}"


def test_from_download_to_drafts_without_scripts(client, filing, liaison):
    sent = client.get("/filings/sheet/")
    assert "attachment" in sent["Content-Disposition"]
    content = filled(bytes_of(sent), lambda ws: put(ws, "进展情况", "已开行班列12列。"))
    response = client.post("/filings/sheets/", {"file": file_of(content, "a.xlsx")})
    sheet = SheetImport.objects.get()
    assert response.url == f"/sheets/{sheet.pk}/"
    assert "核对中" in client.get(response.url).content.decode() or sheet.state == "queued"
    checked(sheet)
    page = client.get(response.url).content.decode()
    assert "已开行班列12列。" in page
    assert "全部写入" in page
    assert "data-confirm" in page
    response = client.post(f"/sheets/{sheet.pk}/apply/", follow=True)
    assert "排队写入" in response.content.decode()
    run_sheet(sheet.pk, at=LATER)
    page = client.get(f"/sheets/{sheet.pk}/").content.decode()
    assert "写入1项" in page
    assert "已写入" in client.get("/inbox/").content.decode()
    assert Note.objects.get().progress == "已开行班列12列。"


def test_an_unchanged_sheet_says_so_and_offers_nothing_to_apply(client, filing, agency, liaison):
    sheet = checked(handed_back(filing.period, agency, liaison, untouched))
    page = client.get(f"/sheets/{sheet.pk}/").content.decode()
    assert "表中内容与下载时一致，没有需要写入的改动。" in page
    assert "全部写入" not in page


def test_faults_are_listed_and_the_marked_workbook_is_offered(client, filing, agency, liaison):
    sheet = checked(
        handed_back(filing.period, agency, liaison, lambda ws: put(ws, "自评完成比例", 120))
    )
    page = client.get(f"/sheets/{sheet.pk}/").content.decode()
    for words in ("L4", "120", "须填0到100之间的整数", "标出错处", str(filing.measure)):
        assert words in page
    sent = client.get(f"/sheets/{sheet.pk}/marked/")
    book = load_workbook(BytesIO(bytes_of(sent)))
    assert book["填报表"].cell(FIRST, 12).comment
    assert Event.objects.filter(action="sheet.marked").count() == 1


def test_a_sheet_under_way_asks_for_itself_again(client, filing, agency, liaison):
    sheet = handed_back(filing.period, agency, liaison, untouched)
    url = f"/sheets/{sheet.pk}/"
    assert f'hx-get="{url}"' in client.get(url).content.decode()
    fragment = client.get(url, headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    checked(sheet)
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_stale_row_at_applying_is_refused_with_its_sentence(client, filing, agency, liaison):
    sheet = checked(
        handed_back(filing.period, agency, liaison, lambda ws: put(ws, "进展情况", "表里的。"))
    )
    make_note_since = {"progress": "页面上写的。", "claimed_stage": "under_way"}
    Note.objects.create(
        filing=filing, version=1, author=liaison, saved_at=sheet.uploaded_at, **make_note_since
    )
    type(filing).objects.update(state=FilingState.DRAFT)
    client.post(f"/sheets/{sheet.pk}/apply/")
    run_sheet(sheet.pk, at=LATER)
    page = client.get(f"/sheets/{sheet.pk}/").content.decode()
    assert "要求写入，未能写入：" in page
    assert str(filing.measure) in page
    assert "没有写入任何内容。" in page
    assert "下载标出错处的表" in page
    assert "全部写入" not in page
    assert client.post(f"/sheets/{sheet.pk}/apply/").status_code == 409


def test_letting_go_is_offered_and_done(client, filing, agency, liaison):
    sheet = checked(handed_back(filing.period, agency, liaison, untouched))
    response = client.post(f"/sheets/{sheet.pk}/discard/", follow=True)
    assert "没有写入任何内容，文件已删除。" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.LIAISON, 404),  # of another agency
        (Role.AGENCY_HEAD, 404),
        (Role.COORDINATOR, 404),  # a filled sheet holds drafts
        (Role.CHIEF, 404),
        (Role.LEADER, 403),
        (Role.AUDITOR, 403),
    ],
)
@pytest.mark.parametrize("what", ["", "marked/", "apply/", "discard/"])
def test_another_agencys_sheet_does_not_exist(client, filing, agency, role, status, what):
    sheet = checked(handed_back(filing.period, agency, make_user(Role.LIAISON, agency), untouched))
    client.force_login(make_user(role, make_agency() if "a" in role.value else None))
    address = f"/sheets/{sheet.pk}/{what}"
    ask = client.post if what in ("apply/", "discard/") else client.get
    assert ask(address).status_code == status


def test_a_district_sees_its_own_alone(client, filing, agency):
    district = make_agency(name="江北区", kind="district")
    user = make_user(Role.LIAISON, district)
    client.force_login(user)
    make_filing(measure=make_measure(lead=district), period=filing.period)
    rows = load_workbook(BytesIO(bytes_of(client.get("/filings/sheet/"))))["填报表"]
    assert rows.max_row == FIRST
    for address in (f"/filings/sheet/?agency={agency.pk}", f"/filings/sheets/?agency={agency.pk}"):
        assert client.get(address).status_code == 404
    assert client.post(f"/filings/sheets/?agency={agency.pk}").status_code == 404


def test_the_period_of_the_address_is_taken(client, filing, liaison, agency):
    earlier = make_period(Quarter(2026, 2))
    page = client.get(f"/filings/sheets/?period={earlier.pk}").content.decode()
    assert "2026年上半年" in page
    for wrong in ("x", "0", "99999"):
        assert client.get(f"/filings/sheets/?period={wrong}").status_code == 404


def test_a_sheet_of_another_period_leads_to_its_page(client, filing, liaison, agency):
    earlier = make_period(Quarter(2026, 2), state="closed")
    make_filing(measure=filing.measure, period=earlier)
    content = download_sheet("filings", earlier, agency, by=liaison, at=NOW)
    sheet = checked(uploaded(filing.period, agency, liaison, content, kind="filings"))
    link = f'href="/filings/sheets/?period={earlier.pk}&amp;agency={agency.pk}"'
    for address in (f"/sheets/{sheet.pk}/", "/filings/sheets/"):
        assert link in client.get(address).content.decode()


def test_without_a_period_the_page_says_what_to_do(client, liaison):
    assert "还没有填报期" in client.get("/filings/sheets/").content.decode()
    assert client.get("/filings/sheet/").status_code == 404


def test_who_owes_nothing_is_offered_no_empty_sheet(client, filing):
    client.force_login(make_user(Role.LIAISON, make_agency(name="市科技局")))
    page = client.get("/filings/sheets/").content.decode()
    assert "市科技局在2026年前三季度没有应报事项，不需要下载和上传填报表。" in page
    assert "下载填报表" not in page
    assert 'type="file"' not in page
    answer = client.get("/filings/sheet/")
    assert answer.status_code == 409
    assert "没有应报事项" in answer.content.decode()
    assert not Event.objects.filter(action="sheet.download").exists()


def test_the_way_leads_from_the_pages(client, filing, liaison):
    page = client.get("/filings/").content.decode()
    assert f"/filings/sheet/?period={filing.period_id}" in page
    assert f"/filings/sheets/?period={filing.period_id}" in page
    client.force_login(make_user(Role.COORDINATOR))
    assert "/statuses/sheets/" in client.get("/periods/").content.decode()


def test_the_commission_updates_statuses_with_a_sheet(client, filing):
    client.force_login(make_user(Role.COORDINATOR))
    kind = SheetKind.STATUSES

    def fill(ws):
        put(ws, "完成比例", 80, kind=kind)
        put(ws, "变化与依据", "主体完工。", kind=kind)

    content = filled(bytes_of(client.get("/statuses/sheet/")), fill)
    client.post("/statuses/sheets/", {"file": file_of(content)})
    sheet = checked(SheetImport.objects.get())
    response = client.post(f"/sheets/{sheet.pk}/apply/", follow=True)
    assert "正在写入" not in response.content.decode()
    run_sheet(sheet.pk, at=LATER)
    assert "写入1项" in client.get(f"/sheets/{sheet.pk}/").content.decode()
    filing.measure.refresh_from_db()
    assert filing.measure.percent == 80
    client.force_login(make_user(Role.CHIEF))
    assert client.get(f"/sheets/{sheet.pk}/").status_code == 200
    assert client.post(f"/sheets/{sheet.pk}/apply/").status_code == 403


@pytest.mark.parametrize("size", [1, 15])
def test_the_list_costs_the_same_for_many(
    client, filing, agency, liaison, size, django_assert_max_num_queries
):
    for n in range(size):
        SheetImport.objects.create(
            kind="filings", period=filing.period, agency=agency, state="failed", error="错。",
            uploaded_by=make_user(), uploaded_at=filing.period.opens_on.isoformat() + "T00:00Z",
            queued_at="2026-11-23T00:00Z", name=f"{n}.xlsx", size=1, sha256="0" * 64,
        )  # fmt: skip
    client.get("/inbox/")
    with django_assert_max_num_queries(12):
        client.get("/filings/sheets/")
