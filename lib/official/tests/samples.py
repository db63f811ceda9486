"""A document of each form, with everything that a form may have."""

from datetime import date

from lib.official.document import (
    Annex,
    Bar,
    BarFigure,
    Cell,
    Document,
    Form,
    Head,
    Imprint,
    Part,
    Table,
    TableColumn,
)

MADE_ON = date(2026, 11, 3)
SENTENCE = "市商务委会同各责任单位推进政策措施落实，已完成8项、占47.1%；正在推进9项、占52.9%。"
# Ideographs alone: every line of it is full.
SOLID = "扩大进口促进外贸发展工作稳步推进取得实效"
# Signs in a row, and so many that some come to stand at the edge of a line.
SIGNS = "按照《通知》（渝府办发〔2018〕175号）要求，“扩大进口”（含“优质农产品”）、《目录》等。"
LIGHTS = BarFigure(
    "预警灯构成",
    (
        Bar("正常推进", 9, "green", "■"),
        Bar("存在风险", 4, "yellow", "●"),
        Bar("严重滞后", 3, "red", "▲"),
        Bar("暂不评定", 1, "grey", "○"),
    ),
)
COLUMNS = (
    TableColumn("序号", 5, is_centred=True),
    TableColumn("措施", 16),
    TableColumn("单位", 14),
    TableColumn("进展情况", 65),
)


def ledger(rows: int, *, a_measure: int = 3) -> Table:
    """Rows of which each few repeat the measure above."""
    return Table(
        COLUMNS,
        [
            (
                Cell(str(n // a_measure + 1), n % a_measure > 0),
                Cell(f"第{n // a_measure + 1}项措施\n优化进口结构", n % a_measure > 0),
                Cell(f"第{n + 1}个单位"),
                Cell(f"{n + 1}：{SENTENCE * (1 + n % 3)}"),
            )
            for n in range(rows)
        ],
        counts=True,
    )


PARTS = (
    Part("一、总体进展情况", (SENTENCE, SOLID * 40), figures=(LIGHTS,), key="overall"),
    Part(
        "二、分项进展情况",
        (),
        (
            Part(
                "（一）优化进口结构",
                (),
                (
                    Part("1.扩大先进技术设备进口", (SENTENCE * 3, SOLID * 45)),
                    Part(
                        "2.支持重要资源性产品进口",
                        (SENTENCE,),
                        (Part("（1）煤炭", (SENTENCE, SIGNS * 4, f"经研究，{SIGNS * 4}")),),
                    ),
                ),
            ),
        ),
        key="sections",
    ),
    Part("三、报送情况", ("各单位报送如下。",), tables=(ledger(4),), key="filings"),
)
PLAIN = Document(
    title_lines=("关于2026年前三季度", "扩大进口促进外贸发展工作进展情况的报告"),
    addressee="市人民政府",
    opening=SENTENCE,
    parts=PARTS,
    ending="特此报告。",
    annexes=(
        Annex("措施进展情况台账", "填报单位：重庆市商务委员会", ledger(40)),
        Annex("滞后和预警事项清单", "填报单位：重庆市商务委员会", None, "本期没有滞后事项。"),
    ),
    signature="重庆市商务委员会",
    made_on=MADE_ON,
    demo_line="演示数据：进展情况为虚构示例",
)
OFFICIAL = PLAIN._replace(
    form=Form.OFFICIAL,
    title_lines=("关于2026年前三季度扩大进口工作情况的通报",),
    addressee="各责任单位",
    ending="特此通报。",
    annexes=(Annex("滞后事项清单", "填报单位：重庆市商务委员会", ledger(6), is_on_side=False),),
    demo_line="",
    head=Head("重庆市商务委员会文件", "渝商务发〔2026〕12号"),
    imprint=Imprint(
        ("市人民政府办公厅", "各区县（自治县）商务主管部门", "各开发区管委会、市级有关部门"),
        "重庆市商务委员会办公室",
        MADE_ON,
    ),
    contact="（联系人：张三，联系电话：023-6266×××0）",
)
UPWARD = OFFICIAL._replace(
    head=Head("重庆市商务委员会文件", "渝商务文〔2026〕3号", signer="李四"),
    annexes=(Annex("措施进展情况台账", "填报单位：重庆市商务委员会", ledger(3)),),
)
# As it is sent round before it is issued: 版记 shares the page of the text.
DRAFT = UPWARD._replace(
    parts=(Part("一、总体进展情况", (SOLID * 10,)), Part("二、下一步工作", (SENTENCE, SIGNS))),
    annexes=(),
    draft_line="送审稿",
    editor_notes=("第（十）项标题待核对通知原文。", "“市交通局”的名称为当期名称，请核对。"),
)
LETTER = PLAIN._replace(
    form=Form.LETTER,
    title_lines=("关于请市交通局尽快报送2026年前三季度进展情况的函",),
    addressee="市交通局",
    ending="特此函告。",
    annexes=(),
    demo_line="",
    head=Head("重庆市商务委员会", "渝商务函〔2026〕7号"),
    imprint=Imprint(("市人民政府办公厅",), ""),
    contact="（联系人：张三，联系电话：023-6266×××0）",
)
BRIEF = PLAIN._replace(
    form=Form.BRIEF,
    title_lines=("扩大进口工作专题简报",),
    addressee="",
    opening="",
    parts=(
        Part("一、总体情况", (SENTENCE,), figures=(LIGHTS, LIGHTS)),
        Part("二、主要问题", (SENTENCE, SENTENCE)),
    ),
    ending="",
    annexes=(),
    demo_line="",
)
LONG_BRIEF = BRIEF._replace(
    parts=(
        Part("一、总体情况", (SENTENCE * 4,), figures=(LIGHTS, LIGHTS, LIGHTS)),
        Part("二、主要变化", (SENTENCE * 3,)),
        Part("三、滞后事项", (SENTENCE * 2,) * 4),
        Part("四、主要问题", (SENTENCE * 2,) * 2),
        Part("五、需协调事项", (SENTENCE,) * 2),
    ),
)
LONG_NOTE = "".join(f"第{n + 1}句话说明进展。" for n in range(300))


def ledger_with_a_long_note() -> Table:
    """Rows of which the fifth is higher than two pages."""
    rows = [list(row) for row in ledger(12).rows]
    rows[4][3] = Cell(LONG_NOTE)
    return ledger(12)._replace(rows=rows)


LONG_ROW = PLAIN._replace(annexes=(Annex("措施进展情况台账", "", ledger_with_a_long_note()),))
DOCUMENTS = {
    "plain": PLAIN,
    "official": OFFICIAL,
    "upward": UPWARD,
    "draft": DRAFT,
    "letter": LETTER,
    "long_row": LONG_ROW,
    "brief": BRIEF,
    "long_brief": LONG_BRIEF,
}
