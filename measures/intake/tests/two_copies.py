"""An invented text, damaged as a capture can be: two interleaved copies."""

from typing import NamedTuple


class CopyRow(NamedTuple):
    section: str  # the heading that starts at this item
    label: str
    title: str
    texts: tuple[str, str]
    names: str


PLAN = (
    CopyRow(
        "一、修好老屋",
        "（一）",
        "排查房屋安全",
        ("逐户排查老屋的墙体和屋顶，建立台账。", "对危险房屋当天设置警示并转移住户。"),
        "市住房城乡建委、市应急局",
    ),
    CopyRow(
        "",
        "（二）",
        "加固承重结构",
        ("由专业队伍加固承重墙和楼板，保留原有风貌。", "加固完成后请第三方检测并公布结果。"),
        "市住房城乡建委、市文物局",
    ),
    CopyRow(
        "",
        "（三）",
        "更新水电管线",
        ("把外露的电线改入墙内，更换老化的水管。", "为每户加装漏电保护器并教会使用。"),
        "市供电公司、市水务集团",
    ),
    CopyRow(
        "二、用好老屋",
        "（四）",
        "引入公益项目",
        ("欢迎书店、茶馆、手艺人进驻空置的老屋。", "对公益项目三年内免收公房租金。"),
        "市商务委、市文化和旅游委",
    ),
    CopyRow(
        "",
        "（五）",
        "讲好老屋故事",
        ("在每栋老屋门口挂上讲述历史的铭牌。", "组织老住户录制口述历史供市民收听。"),
        "市文物局、市档案馆",
    ),
    CopyRow(
        "",
        "（六）",
        "管好游客秩序",
        ("节假日按预约人数放行，避免惊扰住户。", "设置安静时段，夜间关闭扩音设备。"),
        "市公安局、市文化和旅游委",
    ),
)
HEAD = (
    "青城市人民政府关于修缮利用老屋的意见青府发〔2031〕44号各区人民政府："
    "为修缮利用老屋，现提出以下意见并请认真执行。"
)
CLOSING = "各区人民政府要抓好落实，每半年向市政府报告一次进展情况。"


def sentences() -> list[str]:
    """Return the text; a list of bodies and the next heading are one sentence, as captured."""
    found = [HEAD]
    pending = ""
    for row in PLAN:
        found.append(f"{pending}{row.section}{row.label}{row.title}。")
        found += row.texts
        pending = f"（{row.names}负责）"
    return [*found, pending + CLOSING]


def damaged(windows: tuple[tuple[int, int], ...]) -> str:
    """Overwrite windows (first sentence, how many) with a second copy that runs on."""
    whole = sentences()
    text = list(whole)
    second = iter(whole)
    for start, length in windows:
        for at in range(start, start + length):
            text[at] = next(second)
    return "".join(text)
