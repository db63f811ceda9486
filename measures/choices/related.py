"""Documents above and below a notice, and how a measure answers their clauses."""

from django.db.models import TextChoices


class DocumentRelation(TextChoices):
    HIGHER = "higher", "上位文件"
    LOWER = "lower", "下位文件"


class LinkKind(TextChoices):
    """How the lower document treats the upper: it takes it up, details it, or adds to it."""

    CARRIES = "carries", "承接"
    DETAILS = "details", "细化"
    ADDS = "adds", "新增"
