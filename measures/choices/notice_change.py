"""Changes of the notice's text; documents above and below it, with links to their clauses."""

from django.db.models import TextChoices

from measures.choices.toned import TonedChoices


class ChangeKind(TextChoices):
    """The effect of a change of the notice's text."""

    FILL = "fill", "补录"
    TAKE_BACK = "take_back", "撤销"
    REVISE = "revise", "修订"
    ADD = "add", "新增"
    END = "end", "终止"


# Changes by a later document, effective from a day on.
REVISIONS = (ChangeKind.REVISE, ChangeKind.ADD, ChangeKind.END)


class ChangeState(TonedChoices):
    DRAFT = "draft", "grey", "草稿"
    WAITING = "waiting", "yellow", "待确认"
    RETURNED = "returned", "yellow", "已退回"
    CONFIRMED = "confirmed", "green", "已确认"
    TAKEN_BACK = "taken_back", "grey", "已撤销"
    DROPPED = "dropped", "grey", "已放弃"


class DocumentRelation(TextChoices):
    HIGHER = "higher", "上位文件"
    LOWER = "lower", "下位文件"


class LinkKind(TextChoices):
    """How the lower document treats the upper: it takes it up, details it, or adds to it."""

    CARRIES = "carries", "承接"
    DETAILS = "details", "细化"
    ADDS = "adds", "新增"
