"""Loads the document above the notice: its number, title and known headings."""

import tomllib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from measures.choices import DocumentRelation
from measures.models import DocumentClause, Notice, RelatedDocument

FILE = Path(__file__).resolve().parent.parent / "data" / "higher.toml"


@transaction.atomic
def load_higher(notice: Notice, *, at: datetime) -> int:
    """Add the document with its headings unless it exists; return how many are new.

    People link measures with headings: nothing is linked by similarity.
    """
    known = tomllib.loads(FILE.read_text(encoding="utf-8"))
    document, is_new = RelatedDocument.objects.get_or_create(
        notice=notice,
        number=known["number"],
        defaults={
            "relation": DocumentRelation.HIGHER,
            "title": known["title"],
            "recorded_at": at,
        },
    )
    if is_new:
        DocumentClause.objects.bulk_create(
            DocumentClause(document=document, ordinal=number, heading=heading)
            for number, heading in enumerate(known["headings"], start=1)
        )
    return int(is_new)
