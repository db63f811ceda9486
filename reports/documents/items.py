"""How papers tell of 需协调事项 that nobody has answered. Pure."""

from reports.datasets.schema import ItemData, ProgressData, measures_of
from reports.documents.wording import as_sentence, day_words

NO_ITEMS = "没有等待答复的需协调事项。"


def knows_items(data: ProgressData) -> bool:
    """Whether a dataset has items: one from before them has only what notes ask for."""
    return any("items" in measure for measure in measures_of(data))


def item_words(item: ItemData) -> str:
    """补贴从哪项资金列支（卡在市财政局，已等12个工作日，请于2026年12月3日前答复）."""
    asked = as_sentence(item["words"], end="")
    return f"{asked}（{item['stuck']}，请于{day_words(item['due_on'])}前答复）"
