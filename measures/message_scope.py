"""Which messages are about a measure, for the select of 收件箱."""

from itertools import groupby
from operator import attrgetter

from django.db.models import F, Q
from django.urls import reverse

from agencies.contributions import MessageScope
from agencies.models import User
from measures.models import Filing, Measure, Notice

CHOICES_MOST = 300  # beyond that a select helps nobody: its mark and title can be searched


def messages_of_measure(pk: int) -> Q:
    """Those that name it, as most do, and those that lead to it or to a filing of it."""
    measure = Measure.objects.filter(pk=pk).first()
    if measure is None:
        return Q(pk__in=[])
    found = Q(sentence__contains=str(measure)) | Q(
        url__startswith=reverse("measures:measure", args=[pk])
    )
    filings = Filing.objects.filter(measure=pk).values_list("pk", flat=True)
    ids = "|".join(map(str, filings))
    return found | Q(url__regex=rf"(filing-|filings/|reviews/)({ids})(\D|$)") if ids else found


def _measures(user: User) -> list[tuple[int, str]] | list[tuple[str, list[tuple[int, str]]]]:
    """Those that the person may read, of open notices; under their numbers where several."""
    open_ = Notice.objects.open()
    found = Measure.objects.visible_to(user).filter(notice__in=open_).order_by("notice", "ordinal")
    rows = list(found.annotate(number=F("notice__number"))[: CHOICES_MOST + 1])
    if len(rows) > CHOICES_MOST:
        return []
    groups = [
        (number, [(one.pk, str(one)) for one in own])
        for number, own in groupby(rows, attrgetter("number"))
    ]
    return groups if len(groups) > 1 else [pair for _, own in groups for pair in own]


BY_MEASURE = MessageScope("measure", "措施", _measures, messages_of_measure)
