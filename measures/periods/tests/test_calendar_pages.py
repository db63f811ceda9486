"""工作日历: a year's days that differ from Monday to Friday."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.permissions import Role
from measures.models import Workday
from measures.notice.load import load_workdays
from measures.tests.factories import make_notice, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/calendar/"
LIST = "2027-10-01,休息,国庆节\n2027-10-09,上班,国庆节调休\n"
SOURCE = "国办发明电〔2026〕9号"


@pytest.fixture(autouse=True)
def coordinator(client):
    make_notice()
    client.force_login(make_user(Role.COORDINATOR))


def text(response):
    return response.content.decode()


def bring_in(client, **fields):
    return client.post(f"{URL}import/", {"year": 2027, "list_source": SOURCE} | fields)


def upload(content):
    return SimpleUploadedFile("days.csv", content)


def test_this_year_is_shown_and_another_on_request(client):
    load_workdays()
    page = text(client.get(URL))
    assert "2026-10-01（周四）" in page
    assert "尚未公布放假安排" not in page
    assert "只重新评定各项措施的预警灯" in page
    assert "2018-12-29（周六）" in text(client.get(URL, {"year": 2018}))


def test_a_year_that_is_not_published_says_so(client):
    load_workdays()
    Workday.objects.create(date=date(2027, 10, 1), is_workday=False, source="口头")
    page = text(client.get(URL, {"year": 2027}))
    assert "2027年尚未公布放假安排，按周一至周五计算" in page


@pytest.mark.parametrize("year", ["x", "0", "99999"])
def test_a_strange_year_shows_this_one(client, year):
    assert "2026年与周一至周五不同的日子" in text(client.get(URL, {"year": year}))


def test_a_day_is_set_changed_and_given_back(client):
    data = {"date": "2027-10-01", "is_workday": "0", "name": "国庆节", "source": SOURCE}
    page = client.post(f"{URL}set/", data, follow=True)
    assert "已设定2027-10-01 休息" in text(page)
    day = Workday.objects.get()
    form = text(client.get(URL, {"year": 2027, "day": "2027-10-01"}))
    assert f'value="{SOURCE}"' in form
    page = client.post(f"{URL}{day.pk}/clear/", follow=True)
    assert "2027-10-01已恢复周一至周五" in text(page)
    assert not Workday.objects.exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"source": ""}, 422),
        ({"date": "1999-10-01"}, 422),
        ({"is_workday": "2"}, 422),
        ({"is_workday": "1"}, 409),  # a Friday is worked anyway
    ],
)
def test_an_unfit_day_is_refused(client, change, status):
    data = {"date": "2027-10-01", "is_workday": "0", "source": SOURCE}
    assert client.post(f"{URL}set/", data | change).status_code == status
    assert not Workday.objects.exists()


def test_a_year_comes_from_the_library_or_is_refused_with_a_sentence(client):
    assert client.post(f"{URL}published/", {"year": 2026}).url == f"{URL}?year=2026"
    assert Workday.objects.of_year(2026).count() > 10
    response = client.post(f"{URL}published/", {"year": 2050})
    assert response.status_code == 409
    assert "还没有2050年的放假安排" in text(response)


@pytest.mark.parametrize(
    "fields",
    [
        lambda: {"text": LIST},
        lambda: {"file": upload(LIST.encode())},
        lambda: {"file": upload("\ufeff".encode() + LIST.encode())},
        lambda: {"file": upload(LIST.encode("gb18030"))},
    ],
)
def test_a_list_is_pasted_or_uploaded(client, fields):
    response = bring_in(client, **fields())
    assert response.url == f"{URL}?year=2027"
    assert Workday.objects.as_calendar() == {date(2027, 10, 1): False, date(2027, 10, 9): True}


def test_any_faulty_line_refuses_all_of_it_and_every_fault_is_named(client):
    response = bring_in(client, text=LIST + "2027-10-32,休息\n2026-01-01,休息\n")
    assert response.status_code == 422
    assert "第3行：日期“2027-10-32”不认识，应如2026-10-01。" in text(response)
    assert "第4行：2026-01-01不在2027年" in text(response)
    assert "2027-10-09,上班" in text(response)  # what was typed
    assert not Workday.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (lambda: {}, "没有读到任何一天"),
        (lambda: {"text": LIST, "list_source": ""}, "名单依据"),
        (lambda: {"text": LIST, "file": upload(LIST.encode())}, "请只用一种方式"),
        (lambda: {"file": upload(b"x" * (64 * 1024 + 1))}, "文件超过64KB"),
        (lambda: {"file": upload(b"PK\x03\x04\x00\x00")}, "不是文本格式"),
        (lambda: {"file": upload(b"\xff\xff\xff")}, "不是文本格式"),
    ],
)
def test_an_unfit_list_is_refused(client, fields, sentence):
    response = bring_in(client, **fields())
    assert response.status_code == 422
    assert sentence in text(response)
    assert not Workday.objects.exists()


@pytest.mark.parametrize("fields", [{"list_source": ""}, {"text": "2027-05-01,休息"}])
def test_the_list_of_a_file_stays_in_the_form(client, fields):
    response = bring_in(client, file=upload(LIST.encode()), **fields)
    page = text(response)
    assert response.status_code == 422
    assert "2027-10-09,上班" in page
    assert "“days.csv”中的名单已放入“粘贴名单”，不必重新选择文件。" in page
    assert fields.get("text", "") in page


def test_a_wrong_day_is_404(client):
    assert client.post(f"{URL}999999/clear/").status_code == 404
