"""Which measure answers which clause: entered by people, gaps listed both ways."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import DocumentRelation, LinkKind
from measures.models import ClauseLink, DocumentClause, Notice, RelatedDocument
from measures.notice.load import load_higher
from measures.related import actions
from measures.related.page import document_parts, links_of
from measures.tests.factories import (
    NOW,
    make_another_notice,
    make_measure,
    make_notice,
    make_user,
)
from reports.tests.reading import read, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def by():
    return make_user(Role.COORDINATOR)


@pytest.fixture
def document():
    load_higher(make_notice(), at=NOW)
    return RelatedDocument.objects.get()


@pytest.fixture
def clause(document):
    return document.clauses.get(ordinal=1)


def link(document, by, kind, **sides):
    wanted = actions.WantedLink(kind, **sides)
    return actions.link_clauses(document, by=by, wanted=[wanted], at=NOW)[0]


def test_the_higher_document_comes_with_its_four_headings_and_no_links(document):
    assert (document.number, document.relation) == ("国办发〔2018〕53号", DocumentRelation.HIGHER)
    headings = [clause.heading for clause in document.clauses.all()]
    assert headings == [
        "优化进口结构促进生产消费升级",
        "优化国际市场布局",
        "积极发挥多渠道促进作用",
        "改善贸易自由化便利化条件",
    ]
    assert {clause.shown_text for clause in document.clauses.all()} == {"〔原文待核对〕"}
    assert not ClauseLink.objects.exists()
    assert load_higher(document.notice, at=NOW) == 0


def test_what_has_no_counterpart_is_listed_both_ways(document, clause, by):
    first, second, third = (make_measure() for _ in range(3))
    link(document, by, LinkKind.DETAILS, clause=clause, measure=first)
    link(document, by, LinkKind.ADDS, measure=second)
    (part,) = document_parts(document.notice_id, document.notice.measures.order_by("ordinal"))
    assert part.open_clauses == 3
    assert [one.measure for one in part.added] == [second]
    assert part.unlinked == [third]
    assert [[one.clause for one in found.links] for found in links_of(first)] == [[clause]]


@pytest.mark.parametrize(
    ("kind", "has_clause", "has_measure", "is_sound"),
    [
        (LinkKind.CARRIES, True, True, True),
        (LinkKind.DETAILS, True, True, True),
        (LinkKind.CARRIES, True, False, False),
        (LinkKind.DETAILS, False, True, False),
        (LinkKind.ADDS, False, True, True),
        (LinkKind.ADDS, True, False, True),
        (LinkKind.ADDS, True, True, False),
        (LinkKind.ADDS, False, False, False),
    ],
)
def test_what_is_added_has_one_side_and_everything_else_two(
    document, clause, by, kind, has_clause, has_measure, is_sound
):
    sides = {
        "clause": clause if has_clause else None,
        "measure": make_measure() if has_measure else None,
    }
    if is_sound:
        assert link(document, by, kind, **sides).kind == kind
    else:
        with pytest.raises(ValidationError, match="承接、细化须选定"):
            link(document, by, kind, **sides)


def test_what_is_linked_is_not_added_as_well(document, clause, by):
    measure = make_measure()
    link(document, by, LinkKind.ADDS, measure=measure)
    with pytest.raises(DomainError, match="新增的没有对应"):
        link(document, by, LinkKind.CARRIES, clause=clause, measure=measure)
    actions.unlink_clause(ClauseLink.objects.get(), by=by, at=NOW)
    link(document, by, LinkKind.CARRIES, clause=clause, measure=measure)
    with pytest.raises(ValidationError, match="已经登记"):
        link(document, by, LinkKind.CARRIES, clause=clause, measure=measure)
    with pytest.raises(DomainError, match="新增的没有对应"):
        link(document, by, LinkKind.ADDS, measure=measure)


def test_a_measure_of_another_notice_is_refused(document, clause, by):
    other = make_measure(notice=make_another_notice("渝府办发〔2020〕9号"))
    with pytest.raises(DomainError, match="这项措施不属于"):
        link(document, by, LinkKind.CARRIES, clause=clause, measure=other)


def test_only_who_keeps_the_notice_enters_anything(document, clause):
    with pytest.raises(PermissionDenied):
        link(document, make_user(Role.LEADER), LinkKind.ADDS, clause=clause)
    assert not Event.objects.filter(action__startswith="document.").exists()


def test_all_of_it_by_the_pages(client, document, by):
    measure = make_measure(title="推进一件事")
    client.force_login(by)
    sent = {"relation": "lower", "number": "渝商务发〔2019〕3号", "title": "", "issued_on": ""}
    assert client.post(reverse("measures:document_add"), sent).status_code == 302
    assert client.post(reverse("measures:document_add"), sent).status_code == 422
    lower = RelatedDocument.objects.get(number="渝商务发〔2019〕3号")
    clauses = reverse("measures:clause_add", args=[lower.pk])
    assert client.post(clauses, {"ordinal": "1", "heading": "设立专班"}).status_code == 302
    assert client.post(clauses, {"ordinal": "x", "heading": ""}).status_code == 422
    clause = DocumentClause.objects.get(document=lower)
    linking = reverse("measures:clause_link", args=[lower.pk])
    clause_box, kind_box = f"clause-{measure.pk}", f"kind-{measure.pk}"
    for wrong in (
        {},
        {kind_box: "carries"},
        {clause_box: clause.pk},
        {kind_box: "adds", clause_box: clause.pk},
        {kind_box: "wrong"},
    ):
        assert client.post(linking, wrong).status_code == 422, wrong
    sent = {kind_box: "details", clause_box: clause.pk}
    assert client.post(linking, sent).status_code == 302
    page = words(read(client.get(reverse("measures:documents"))))
    assert "〔标题待核对〕" in page
    assert "没有对应措施的4条" in page
    assert "没有对应措施的0条" in page
    fold = client.get(reverse("measures:measure_fold", args=[measure.pk, "related"]))
    assert "细化：一、设立专班" in words(read(fold))
    assert "没有登记对应的条款" in words(read(fold))
    remove = reverse("measures:clause_unlink", args=[ClauseLink.objects.get().pk])
    assert client.post(remove).status_code == 302
    codes = Event.objects.filter(action__startswith="document.").order_by("id")
    assert list(codes.values_list("action", flat=True)) == [
        "document.add",
        "document.clause",
        "document.link",
        "document.unlink",
    ]


def test_several_are_linked_by_one_save_or_none(client, document, by):
    first, second, third = (make_measure() for _ in range(3))
    one, two, three, _ = document.clauses.all()
    client.force_login(by)
    linking = reverse("measures:clause_link", args=[document.pk])
    sent = {
        **{f"clause-{first.pk}": one.pk, f"kind-{first.pk}": "carries"},
        **{f"clause-{second.pk}": one.pk, f"kind-{second.pk}": "details"},
        **{f"kind-{third.pk}": "adds", f"adds-{two.pk}": "on"},
    }
    make_another_notice("渝府办发〔2020〕9号")
    answer = client.post(linking, sent)
    assert answer.url == f"{reverse('measures:documents')}?notice={document.notice_id}"
    told = ClauseLink.objects.order_by("id").values_list("clause", "measure", "kind")
    assert list(told) == [
        (one.pk, first.pk, "carries"),
        (one.pk, second.pk, "details"),
        (None, third.pk, "adds"),
        (two.pk, None, "adds"),
    ]
    page = read(client.get(linking))
    assert "细化：一、" in words(page.xpath("//tbody/tr")[1])
    assert len(page.xpath("//fieldset//input")) == 2
    sent = {
        **{f"clause-{first.pk}": three.pk, f"kind-{first.pk}": "carries"},
        **{f"clause-{third.pk}": three.pk, f"kind-{third.pk}": "carries"},
    }
    assert client.post(linking, sent).status_code == 409
    assert ClauseLink.objects.count() == 4


def test_a_measure_whose_notice_has_no_documents_has_no_such_fold(client, by):
    client.force_login(by)
    measure = make_measure()
    assert Notice.objects.count() == 1
    fold = reverse("measures:measure_fold", args=[measure.pk, "related"])
    assert client.get(fold).status_code == 404
