"""A notice of our own words, read from the pasted text to its items."""

from measures.intake.reading import read_pasted

NOTICE = """关于发展社区图书角的实施意见
青办发〔2031〕5号
各街道办事处，市级有关部门：
为方便居民就近读书，现提出以下意见。
一、建好场所
（一）利用闲置房屋。每个街道至少开放2处。（市文旅局、市财政局负责）
（二）统一标识。2031年6月底前完成。（市城管局牵头，市文旅局、各街道办事处配合）
市政府办公厅
2031年3月1日
"""


def test_a_short_notice_is_read_whole() -> None:
    reading = read_pasted(NOTICE)
    assert reading.number == "青办发〔2031〕5号"
    assert reading.title == "关于发展社区图书角的实施意见"
    assert str(reading.issued_on) == "2031-03-01"
    assert [item.title for item in reading.items] == ["利用闲置房屋", "统一标识"]
    assert [(body.name, body.role) for body in reading.items[1].bodies] == [
        ("市城管局", "lead"),
        ("市文旅局", "support"),
        ("各街道办事处", "support"),
    ]
    assert str(reading.items[1].deadline.on) == "2031-06-30"
