"""Files on 本期应报, and who may remove them."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencies.models import Event
from agencies.permissions import Role
from measures.choices import FilingState
from measures.filings.tests.test_page import typed
from measures.models import Evidence, Filing, Note
from measures.rules.tests.files import PDF, docx, encrypted
from measures.tests.factories import (
    NOW,
    make_agency,
    make_evidence,
    make_filing,
    make_measure,
    make_note,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def customs():
    return make_agency(name="重庆海关")


@pytest.fixture
def measure(customs):
    return make_measure(lead=make_agency(name="市商务委"), others=(customs,))


@pytest.fixture
def filing(customs, measure):
    return make_filing(measure=measure, agency=customs)


@pytest.fixture
def liaison(client, customs):
    user = make_user(Role.LIAISON, customs)
    client.force_login(user)
    return user


def send(client, filing, *files, **fields):
    address = reverse("measures:filing_save", args=[filing.pk])
    data = typed(filing, **fields) | {f"f{filing.pk}-evidence": list(files)}
    return client.post(address, data)


def file(name="统计表.pdf", data=PDF):
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def test_without_scripts_text_and_files_go_together(client, liaison, filing):
    response = send(client, filing, file(), file("附图.pdf", PDF + b" "))
    assert response.status_code == 302
    assert filing.notes.get().progress == "三季度推进一件事。"
    assert [row.name for row in Evidence.objects.all()] == ["统计表.pdf", "附图.pdf"]
    page = client.get("/filings/").content.decode()
    assert "佐证材料（2份）" in page
    assert "统计表.pdf" in page


def test_the_control_says_that_nothing_secret_may_be_uploaded(client, liaison, filing):
    assert "严禁上传涉密文件和工作秘密" in client.get("/filings/").content.decode()


def test_a_name_of_any_length_is_taken_and_cut(client, liaison, filing):
    assert send(client, filing, file("长" * 400 + ".pdf")).status_code == 302
    assert filing.notes.get().progress == "三季度推进一件事。"
    assert Evidence.objects.get().name == "长" * 116 + ".pdf"


def test_words_beyond_every_limit_come_back_with_the_sentence(client, liaison, filing):
    words = "长" * 1_000_000  # 3 MB
    response = send(client, filing, progress=words)
    assert response.status_code == 422
    assert "4000" in response.content.decode()
    assert words in response.content.decode()


def test_more_words_than_are_read_get_a_sentence_too(client, liaison, filing):
    response = send(client, filing, progress="长" * 3_000_000)
    assert response.status_code == 413
    assert "合计超过8MB，没有接收，也没有保存。请返回上一页" in response.content.decode()


def test_a_name_that_speaks_of_secrets_is_warned_of(client, liaison, filing):
    send(client, filing, file("机密材料.pdf"))
    page = client.get("/filings/").content.decode()
    assert "“机密材料.pdf”的文件名含有“机密”。本系统为非涉密系统" in page


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("程序.exe", b"MZ", "不是可上传的格式"),
        ("改名.pdf", b"MZ" + b"\0" * 100, "的内容不是pdf"),
        ("加密.docx", encrypted(docx()), "已加密，请解除密码后再上传。"),
        ("空.pdf", b"", "是空文件"),
    ],
)
def test_a_hostile_file_is_refused_with_its_sentence_and_the_text_kept(
    client, liaison, filing, name, data, sentence
):
    response = send(client, filing, file(name, data), progress="写了很久的话。")
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "写了很久的话。" in page
    assert not Evidence.objects.exists()
    assert not Note.objects.exists()


def test_one_unfit_file_does_not_cost_the_others(client, liaison, filing):
    response = send(client, filing, file(), file("程序.exe"))
    assert response.status_code == 422
    assert [row.name for row in Evidence.objects.all()] == ["统计表.pdf"]


def test_more_than_are_allowed_are_refused_at_the_field(client, liaison, filing, settings):
    settings.EVIDENCE_PER_NOTE = 1
    response = send(client, filing, file(), file("二.pdf", PDF + b" "))
    assert response.status_code == 422
    assert "每项最多1份材料，现有0份，请减少后再上传。" in response.content.decode()


SAME = "与已上传的一份材料内容相同，没有重复上传。"


def test_a_content_that_is_there_already_is_told_and_holds_nothing_up(client, liaison, filing):
    send(client, filing, file())
    answer = send(client, filing, file("另一个名字.pdf"), revision="1", progress="又写了几句。")
    assert answer.status_code == 302
    assert f"“另一个名字.pdf”{SAME}" in client.get("/filings/").content.decode()
    assert filing.notes.get().progress == "又写了几句。"
    send(
        client, filing, *(file(name, PDF + b"%x\n") for name in ("一.pdf", "二.pdf")), revision="2"
    )
    page = client.get("/filings/").content.decode()
    assert f"“二.pdf”{SAME}" in page
    assert "一.pdf”与" not in page
    assert [row.name for row in Evidence.objects.all()] == ["统计表.pdf", "一.pdf"]


def test_a_filing_goes_with_a_file_that_is_there_already(client, liaison, filing):
    send(client, filing, file())
    data = typed(filing, revision="1") | {f"f{filing.pk}-evidence": [file("再选.pdf")]}
    answer = client.post(reverse("measures:filing_submit", args=[filing.pk]), data)
    assert answer.status_code == 302
    filing.refresh_from_db()
    assert filing.state == FilingState.SUBMITTED
    assert [row.name for row in Evidence.objects.all()] == ["统计表.pdf"]
    assert f"“再选.pdf”{SAME}" in client.get("/filings/").content.decode()


def test_copies_are_told_of_where_something_else_is_refused(client, liaison, filing):
    send(client, filing, file())
    answer = send(client, filing, file("再选.pdf"), file("程序.exe"), revision="1")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"“再选.pdf”{SAME}" in page
    assert "已随草稿存下" not in page


def test_a_copy_does_not_count_towards_the_limit(client, liaison, filing, settings):
    settings.EVIDENCE_PER_NOTE = 1
    send(client, filing, file())
    assert send(client, filing, file("再选.pdf"), revision="1").status_code == 302


def test_a_file_above_the_limit_is_refused(client, liaison, filing, settings):
    settings.EVIDENCE_FILE_MB = 1
    response = send(client, filing, file(data=PDF + b" " * 1024 * 1024))
    assert "“统计表.pdf”超过1MB，请压缩或拆分后再上传。" in response.content.decode()


def test_removing_one_saves_what_was_typed_beside_it(client, liaison, filing):
    send(client, filing, file())
    row = Evidence.objects.get()
    sent = typed(filing, progress="又改了几个字。", revision=1)
    response = client.post(reverse("measures:evidence_remove", args=[row.pk]), sent)
    assert response.status_code == 302
    assert not Evidence.objects.exists()
    assert filing.notes.get().progress == "又改了几个字。"


def submitted(filing):
    note = make_note(filing)
    row = make_evidence(note)
    moment = NOW - timedelta(days=1)
    Note.objects.update(submitted_by=note.author, submitted_at=moment, left_at=moment)
    Filing.objects.update(state=FilingState.SUBMITTED, first_submitted_at=moment)
    return row


# Those who may read the whole note may download its files; others get 404.
ANSWERS = [
    ("liaison", 200),
    ("head", 200),
    ("lead", 200),
    ("coordinator", 200),
    ("chief", 200),
    ("other", 404),
    ("leader", 404),
    ("auditor", 403),
]


@pytest.mark.parametrize(("who", "answer"), ANSWERS)
def test_whoever_reads_the_note_whole_may_take_its_files(
    client, filing, customs, measure, who, answer
):
    row = submitted(filing)
    lead = measure.responsibilities.get(role="lead").agency
    person = {
        "liaison": lambda: make_user(Role.LIAISON, customs),
        "head": lambda: make_user(Role.AGENCY_HEAD, customs),
        "lead": lambda: make_user(Role.LIAISON, lead),
        "other": lambda: make_user(Role.LIAISON, make_agency()),
    }.get(who, lambda: make_user(Role(who)))()
    client.force_login(person)
    assert client.get(reverse("measures:evidence", args=[row.pk])).status_code == answer


def test_the_download_is_an_attachment_with_its_chinese_name_and_leaves_a_trace(
    client, liaison, filing
):
    row = make_evidence(make_note(filing))
    response = client.get(reverse("measures:evidence", args=[row.pk]))
    assert b"".join(response.streaming_content) == b"%PDF-1.7\n%%EOF\n"
    assert response["Content-Disposition"] == (
        f"attachment; filename*=utf-8''{quote('统计表.pdf')}"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/octet-stream"
    event = Event.objects.get()
    assert (event.action, event.after["sha256"]) == ("evidence.download", row.sha256)


def test_an_altered_file_is_not_handed_out(client, liaison, filing):
    row = make_evidence(make_note(filing))
    (settings.MEDIA_ROOT / row.file.name).write_bytes(b"altered")
    response = client.get(reverse("measures:evidence", args=[row.pk]))
    assert response.status_code == 409
    assert "与上传时登记的校验值不符" in response.content.decode()


def test_the_commission_sees_the_files_and_the_public_part_does_not(client, filing):
    row = submitted(filing)
    client.force_login(make_user(Role.COORDINATOR))
    address = reverse("measures:evidence", args=[row.pk])
    assert address in client.get(reverse("measures:filing", args=[filing.pk])).content.decode()
    Filing.objects.update(state=FilingState.ACCEPTED, accepted_note=row.note)
    client.force_login(make_user(Role.LIAISON, make_agency()))
    page = client.get(reverse("measures:filing", args=[filing.pk])).content.decode()
    assert "已推进一件事。" in page
    assert address not in page


def test_no_address_leads_to_a_stored_file_directly(client, liaison, filing):
    row = make_evidence(make_note(filing))
    assert client.get(f"/{row.file.name}").status_code == 404
    assert row.file.name not in json.dumps(client.get("/filings/").content.decode())
