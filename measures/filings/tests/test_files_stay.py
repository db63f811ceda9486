"""A chosen file is never lost when its form is refused."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import EvidenceKind, FilingState
from measures.filings.evidence import KEPT_DAYS, keep_files
from measures.filings.tests.cards import typed
from measures.models import Evidence, Filing, KeptFile
from measures.rules.tests.files import PDF
from measures.rules.uploads import Upload
from measures.tests.counted import make_indicator
from measures.tests.factories import (
    NOW,
    make_filing,
    make_measure,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
S = FilingState


@pytest.fixture
def filing(customs):
    return make_filing(measure=make_measure(lead=customs))


def file(name="统计表.pdf", data=PDF):
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def send(client, filing, *files, step="save", **fields):
    address = reverse(f"measures:filing_{step}", args=[filing.pk])
    return client.post(address, typed(filing, **fields) | {f"f{filing.pk}-evidence": list(files)})


def test_another_field_s_error_leaves_the_file_with_the_draft(client, liaison, filing):
    indicator = make_indicator(filing.measure, asked=True)
    wrong = {f"figure_{indicator.pk}": "28.6亿", f"absence_{indicator.pk}": ""}
    response = send(client, filing, file(), **wrong)
    assert response.status_code == 422
    assert "统计表.pdf" in response.content.decode()
    assert "没有保存，材料已随草稿存下" in response.content.decode()
    right = wrong | {f"figure_{indicator.pk}": "28.6"}
    send(client, filing, step="submit", **right)
    assert Filing.objects.get().state == S.SUBMITTED
    assert [row.name for row in Evidence.objects.all()] == ["统计表.pdf"]


def names():
    return [row.name for row in Evidence.objects.all()]


def test_its_draft_can_be_saved_on_and_the_file_removed_while_the_form_is_wrong(
    client, liaison, filing
):
    assert send(client, filing, file(), confidence="purple").status_code == 422
    remove = reverse("measures:evidence_remove", args=[Evidence.objects.get().pk])
    response = client.post(remove, typed(filing, confidence="purple", progress="写了很久。"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "已移除“统计表.pdf”" in page
    assert "写了很久。" in page
    assert names() == []
    assert send(client, filing).status_code == 302
    assert filing.notes.get().revision == 1


def test_a_returned_version_keeps_its_own_files_and_the_next_one_gets_the_new(
    client, liaison, filing
):
    send(client, filing, file())
    send(client, filing, step="submit", revision=1)
    Filing.objects.update(state=S.RETURNED)
    response = send(client, filing, file("补充.pdf", PDF + b" "), confidence="purple")
    assert response.status_code == 422
    versions = {n.version: [e.name for e in n.evidence.all()] for n in filing.notes.all()}
    assert versions == {1: ["统计表.pdf"], 2: ["统计表.pdf", "补充.pdf"]}


def test_a_file_that_comes_with_words_another_has_overtaken_stays(client, liaison, filing, customs):
    send(client, filing)
    client.force_login(make_user(Role.LIAISON, customs))
    response = send(client, filing, file(), progress="我写的。")
    page = response.content.decode()
    assert response.status_code == 409
    assert "我写的。" in page
    assert "统计表.pdf" in page
    assert names() == ["统计表.pdf"]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "script"])
def test_beside_another_s_words_the_card_says_that_ours_are_not_saved(
    client, liaison, filing, customs, headers
):
    send(client, filing, progress="别人写的。")
    client.force_login(make_user(Role.LIAISON, customs))
    address = reverse("measures:filing_save", args=[filing.pk])
    response = client.post(address, typed(filing, progress="我写的。"), headers=headers)
    page = response.content.decode()
    assert response.status_code == 409
    status, line = (
        re.search(rf'id="{name}-{filing.pk}"[^>]*>(.*?)</span>', page, re.DOTALL)[1]
        for name in ("status", "saved")
    )
    assert "没有保存" in status
    assert line.startswith("没有保存，上次")


def test_a_file_chosen_beside_another_s_words_decides_nothing(client, liaison, filing, customs):
    """The card keeps asking which text to keep until a button decides it."""
    send(client, filing, progress="别人写的。")
    client.force_login(make_user(Role.LIAISON, customs))
    page = send(client, filing, progress="我写的。").content.decode()
    shown = re.search(rf'type="hidden" name="f{filing.pk}-revision" value="(\d+)"', page)
    response = send(client, filing, file(), progress="我写的。", revision=shown[1])
    assert response.status_code == 409
    assert filing.notes.get().progress == "别人写的。"
    assert names() == ["统计表.pdf"]
    decided = send(client, filing, progress="我写的。", revision=[shown[1], 1])
    assert decided.status_code == 302
    assert filing.notes.get().progress == "我写的。"


def test_where_nothing_can_be_written_it_waits_for_who_chose_it(client, liaison, filing, customs):
    send(client, filing, step="submit")
    response = send(client, filing, file(), progress="来晚了。", revision=1)
    assert response.status_code == 409
    assert names() == []
    page = client.get("/filings/").content.decode()
    assert "已为您留存、尚未提交" in page
    assert "统计表.pdf" in page
    client.post(reverse("measures:filing_withdraw", args=[filing.pk]))
    revision = filing.notes.order_by("-version")[0].revision
    assert send(client, filing, revision=revision, kept="1").status_code == 302
    assert names() == ["统计表.pdf"]
    assert not KeptFile.objects.exists()


def test_what_waits_is_shown_to_nobody_else_and_can_be_removed(
    client, liaison, filing, customs, django_capture_on_commit_callbacks
):
    send(client, filing, step="submit")
    send(client, filing, file(), revision=1)
    kept = KeptFile.objects.get()
    remove = reverse("measures:kept_file_remove", args=[filing.pk, kept.pk])
    client.force_login(make_user(Role.LIAISON, customs))
    assert "统计表.pdf" not in client.get("/filings/").content.decode()
    assert client.post(remove).status_code == 404
    client.force_login(liaison)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(remove)
    assert not KeptFile.objects.exists()
    assert not default_storage.exists(kept.file.name)


def test_what_nobody_comes_back_for_goes(client, liaison, filing):
    send(client, filing, step="submit")
    long_ago = NOW - timedelta(days=KEPT_DAYS + 1)
    upload = Upload("旧.pdf", EvidenceKind.PDF, ContentFile(PDF, "旧.pdf"))
    keep_files(filing, [upload], by=liaison, at=long_ago)
    send(client, filing, file(data=PDF + b" "), revision=1)
    assert [row.name for row in KeptFile.objects.all()] == ["统计表.pdf"]
