"""Removes page numbers, running headers, and the menus and footers of sites. Pure."""

import re
from collections import Counter
from dataclasses import replace

from measures.intake.numbering import marker_of
from measures.intake.rows import SourceLine

_DASHES = "—–－―─\\-"
_PAGE = re.compile(
    rf"^\s*(?:[{_DASHES}]\s*)+\d{{1,4}}\s*(?:[{_DASHES}]\s*)*$|^\s*[{_DASHES}]{{1,2}}\s*$"
    r"|^\s*第\s*\d{1,4}\s*页(?:\s*[，/]?\s*共\s*\d{1,4}\s*页)?\s*$|^\s*\d{1,4}\s*/\s*\d{1,4}\s*$"
    r"|^\s*Page\s+\d+(?:\s+of\s+\d+)?\s*$",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"^\s*\d{1,4}\s*$")
_DASH_ALONE = re.compile(rf"^\s*[{_DASHES}]\s*$")
_PUNCTUATION = re.compile(r"[，。；：、！？（）〔〕]")
# Words of a government site's footer that no notice contains.
_OF_SITE = re.compile(
    r"网站标识码|ICP备|公网安备|版权所有|网站地图|扫一扫|手机(?:打开|版|上查看)|打印本页|关闭(?:窗口|本页)"
    r"|^(?:上|下)一(?:篇|条)|^相关(?:解读|链接|文件|政策|阅读)|^政策解读$|分享到|^技术支持：|运维单位"
    r"|联系我们|^无障碍|^适老化|返回顶部|^本网站"
)
# May be between such lines; alone they can belong to the text.
_BESIDE_SITE = re.compile(
    r"^(?:分享|打印|关闭|收藏|字号|字体|来源|编辑|责任编辑|审核|浏览|点击|附件下载|邮编|邮箱|地址|电话|联系电话)"
    r"|^(?:主办|承办|主管|协办|运维|建设)单位\s*：|\.(?:docx?|pdf|wps|xlsx?)$"
)
_HOST = re.compile(r"^(?:主办|承办)单位\s*：")
_SHARED = re.compile(r"由会员分享，可在线阅读")
_PAGE_BEFORE = re.compile(r"^\d{1,3}、")  # 2、户提供担保: sites for sharing files number the pages
SITE_MOST = 60  # characters of such a line
_GAP_MOST = 2  # other lines between two such lines


def without_page_marks(lines: list[SourceLine]) -> list[SourceLine]:
    """Return the lines without page numbers and the running headers next to them."""
    return _without_headers(*_without_pages(_pages_joined(lines)))


def _pages_joined(lines: list[SourceLine]) -> list[SourceLine]:
    """Join the pages of a file that a site shows as one line each, with a number before it."""
    if not any(_SHARED.search(line.text) for line in lines[:5]):
        return lines
    found: list[SourceLine] = []
    for line in lines:
        text = _PAGE_BEFORE.sub("", line.text)
        if text != line.text and found and not _SHARED.search(found[-1].text):
            found[-1] = replace(found[-1], text=found[-1].text + text)
        elif not _SHARED.search(text):
            found.append(replace(line, text=text))
    return found


def without_site(lines: list[SourceLine]) -> list[SourceLine]:
    """Remove the footer of a site."""
    start, at = len(lines), len(lines) - 1
    is_site = False
    while at >= 0 and start - at <= _GAP_MOST + 1:
        text = lines[at].text
        is_own = len(text) <= SITE_MOST and not (lines[at].cells or marker_of(text))
        if is_own and _HOST.match(text) and any(_HOST.match(line.text) for line in lines[: at - 5]):
            break  # the organiser of an event in the text itself
        if is_own and (_OF_SITE.search(text) or _BESIDE_SITE.search(text)):
            is_site |= _OF_SITE.search(text) is not None
            start = at
        elif not is_own:
            break
        elif not text:
            start -= start == at + 1  # a blank line is no gap
        at -= 1
    return lines[:start] if is_site else lines


def _without_pages(lines: list[SourceLine]) -> tuple[list[SourceLine], set[int]]:
    """Remove page numbers, on one line or with their dashes on three or more: —, 1, 2, —.

    Blank lines around them are removed too, as the sentence continues after them. Also returns the
    numbers of the lines next to a page number.
    """
    kept: list[SourceLine] = []
    near: set[int] = set()
    at, after_page = 0, False
    while at < len(lines):
        end = _end_of_page_mark(lines, at)
        if end > at:
            while kept and not kept[-1].text and not kept[-1].cells:
                kept.pop()
            near |= {kept[-1].number} if kept else set()
            after_page = True
        elif lines[at].text or lines[at].cells or not after_page:
            near |= {lines[at].number} if after_page else set()
            kept.append(lines[at])
            after_page = False
        at = max(end, at + 1)
    return kept, near


def _end_of_page_mark(lines: list[SourceLine], at: int) -> int:
    """Return the index after the page mark that begins here; `at` itself if none does."""
    if lines[at].cells:
        return at
    if not _DASH_ALONE.match(lines[at].text):
        return at + 1 if _PAGE.match(lines[at].text) else at
    end = at + 1
    while end < min(len(lines), at + 6) and _PAGE_NUMBER.match(lines[end].text):
        end += 1
    closes = end < len(lines) and _DASH_ALONE.match(lines[end].text) is not None
    return end + 1 if closes and end > at + 1 else at + 1


def _without_headers(lines: list[SourceLine], near_pages: set[int]) -> list[SourceLine]:
    """Return the lines without running headers: near page numbers, twice, or 文件, 公报."""
    texts = Counter(line.text for line in lines)
    near = Counter(line.text for line in lines if line.number in near_pages)
    running = {
        text
        for text, count in near.items()
        if (texts[text] > 1 or text.endswith(("文件", "公报", "政报")))
        and 2 * count >= texts[text]
        and 3 < len(text) < 40
        and _PUNCTUATION.search(text) is None
        and marker_of(text) is None
    }
    return [line for line in lines if line.text not in running or line.cells]
