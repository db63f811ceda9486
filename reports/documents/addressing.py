"""How a letter addresses an agency, by its relation to the sender: 贵委, 贵关, 特此函达. Pure.

市商务委 is superior to none of its addressees: departments and districts are its equals, central
organs and companies are not subordinate to the city at all. Between such bodies a 函 is used
(党政机关公文处理工作条例, article 8).
"""

from typing import NamedTuple

from agencies.choices import AgencyKind
from reports.rules.voice import kind_word


class Tone(NamedTuple):
    """The words of a letter that depend on its addressee."""

    verb: str  # how its title begins: 报送 or 商请报送
    noun: str  # how its title ends
    ask: str  # 请 or 商请
    ending: str


_EQUAL = Tone("报送", "提示函", "请", "特此函达。")
_NOT_SUBORDINATE = Tone("商请报送", "函", "商请", "特此函达，请予支持为盼。")
_BY_KIND = {
    AgencyKind.CENTRAL: _NOT_SUBORDINATE,
    AgencyKind.ENTERPRISE: _NOT_SUBORDINATE,
}


def tone_for(kind: str) -> Tone:
    """Return the tone for a kind of agency (AgencyKind); that for equals if it is unknown."""
    return next((tone for one, tone in _BY_KIND.items() if one == kind), _EQUAL)


def you_of(agency: str, kind: str = "") -> str:
    """Return how a letter addresses an agency: 贵委, 贵局, 贵关, 贵行, 贵公司, 贵区."""
    return f"贵{_word(agency, kind)}"


def we_of(agency: str) -> str:
    """Return how an agency refers to itself: 我委, 我局, 我关, 我行, 我公司, 我区."""
    return f"我{kind_word(agency)}"


def _word(agency: str, kind: str) -> str:
    """Return 委, 局, 关 … by the agency's name; 区 for a 开发区管委会, as for a district."""
    return "区" if kind == AgencyKind.ZONE else kind_word(agency)
