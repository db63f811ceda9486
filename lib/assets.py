"""The files that stand beside the code: their addresses, and the icons in one of them."""

from functools import cache

from django.templatetags.static import static
from django.utils.safestring import SafeString

from lib.marks import markup

HIDDEN = SafeString('aria-hidden="true"')
ICON = '<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>'


@cache
def asset(name: str) -> str:
    """The address of a file of static/, looked up once: a page names a dozen."""
    return static(name)


def icon(name: str, label: str = "") -> SafeString:
    """An icon of static/img/icons.svg by its id; `label`: what it says where no word stands by."""
    says = markup('role="img" aria-label="{}"', label) if label else HIDDEN
    return markup(ICON, says, asset("img/icons.svg"), name)
