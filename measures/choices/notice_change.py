"""What is changed in the text of the notice, and how far that has got."""

from django.db.models import TextChoices

from measures.choices.toned import TonedChoices


class ChangeKind(TextChoices):
    """What a change of the notice's text does."""

    FILL = "fill", "补录"
    TAKE_BACK = "take_back", "撤销"
    REVISE = "revise", "修订"
    ADD = "add", "新增"
    END = "end", "终止"


# What a later document does, from a day on.
REVISIONS = (ChangeKind.REVISE, ChangeKind.ADD, ChangeKind.END)


class ChangeState(TonedChoices):
    DRAFT = "draft", "grey", "草稿"
    WAITING = "waiting", "yellow", "待确认"
    RETURNED = "returned", "yellow", "已退回"
    CONFIRMED = "confirmed", "green", "已确认"
    TAKEN_BACK = "taken_back", "grey", "已撤销"
    DROPPED = "dropped", "grey", "已放弃"
