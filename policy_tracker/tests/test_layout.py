"""The layout of templates over several lines."""

import pytest
from django.conf import settings
from django.template import Context, Template

TEMPLATES = settings.BASE_DIR / "templates"

BREAKS = [
    ("{% oneline %}\n  甲\n  乙\n{% endoneline %}", "甲乙"),
    ("{% oneline %}甲 乙{% endoneline %}", "甲 乙"),
    ("{% oneline %}\n  {% if yes %}\n    甲\n  {% endif %}\n  乙\n{% endoneline %}", "甲乙"),
    ('<a title="{% oneline %}\n  甲。\n  乙\n{% endoneline %}">', '<a title="甲。乙">'),
    ("{% oneline %}\n  {{ words }}\n{% endoneline %}", "一\n  二"),
    ('{% oneline "li" %}\n  甲\n  乙\n{% endoneline %}', "<li>甲乙</li>"),
    ('{% oneline "p" "small muted" %}\n  甲\n{% endoneline %}', '<p class="small muted">甲</p>'),
    ("甲\n乙", "甲\n乙"),
]


@pytest.mark.parametrize(("source", "shown"), BREAKS)
def test_line_breaks_of_a_template_are_removed_within_oneline(source: str, shown: str):
    assert Template(source).render(Context({"yes": True, "words": "一\n  二"})) == shown


def test_lines_of_templates_are_under_120_characters():
    too_long = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 120
    ]
    assert not too_long
