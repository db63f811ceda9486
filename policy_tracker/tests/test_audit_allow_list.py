"""审计 shows administrators the values that an app lists; of others only that they changed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from agencies.audit.lines import line_of
from agencies.contributions import action_of, audit_words, contributions
from agencies.models import Event
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_user
from measures.models import Gap, Measure, Notice, Section

APPS = ("agencies", "measures", "reports")
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField)
# Texts without choices that an auditor may read: names of people, files, periods and calendar
# days, numbers and digests, and why the product could not build a report. No text that people
# wrote about a measure.
FREE_TEXTS = {
    "agencies.user": {"username", "name", "phone", "office_phone", "email"},
    "measures.evidence": {"name", "sha256"},
    "measures.keptfile": {"name", "sha256"},
    "measures.closingfile": {"name", "sha256"},
    "measures.noticechangefile": {"name", "sha256"},
    "measures.sheetimport": {"sha256"},
    "measures.period": {"label"},
    "measures.workday": {"name", "source"},
    "reports.report": {"error", "digest", "final_digest"},
    "reports.issue": {"number"},
    "reports.circularchoice": {"praised", "named"},  # codes of agencies
}
# The notice itself is public; names are stored beside the rows that they belong to.
NAMES = {Notice, Section, Measure, Gap}
NAMES_KEPT = {"agency_name", "post", "stage_label", "light_label", "nature_label", "label", "name"}
NAMES_KEPT |= {"asked_by_name", "doer_name", "holder_name"}  # of agencies too
NAMES_KEPT |= {"title_label"}
# Names in the code that look like actions but are none.
NO_ACTIONS = {"period.label", "notice.toml"}
_CODE = re.compile(r"[a-z_]+\.[a-z_]+")
_RECORDED = re.compile(r"\btrail\.(?:record|Entry)\(\s*\"([^\"]+)\"")


def all_models() -> list[type[models.Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]


def texts_of(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if isinstance(field, TEXTS)]


def listed() -> dict[str, set[str]]:
    """Return the readable fields of every model, by its label."""
    found: dict[str, set[str]] = {}
    for words in audit_words():
        for label, fields in words.fields.items():
            found.setdefault(label, set()).update(fields)
    return found


def codes(app: str) -> list[str]:
    groups = contributions()[app].audit.actions.values()
    return [code for group in groups for code in group]


ALL_CODES = [code for app in contributions() for code in codes(app)]
SUBJECTS = {code.partition(".")[0] for code in ALL_CODES}
ALL_TEXTS = [(model, field) for model in all_models() for field in texts_of(model)]


def shown(**stored: object) -> str:
    """Return the page's text about one event."""
    line = line_of(Event(**stored))
    return f"{line.action}{line.sentence}{line.changes}{line.target}{line.place}"


@pytest.mark.parametrize(("model", "field"), ALL_TEXTS, ids=str)
def test_a_text_is_readable_only_if_its_app_lists_it(model, field):
    label, name = model._meta.label_lower, field.name
    is_listed = name in listed().get(label, ())
    for stored in ("标记", ["甲", "标记"], {"甲": {"乙": ["标记"]}}):
        for side in ("before", "after"):
            page = shown(target_type=label, **{"before": {}, "after": {}, side: {name: stored}})
            assert ("标记" in page) == is_listed


@pytest.mark.parametrize("code", ALL_CODES)
def test_an_action_shows_no_unlisted_text_of_a_model(code):
    subject = code.partition(".")[0]
    allowed = {key for words in audit_words() for key in words.keys.get(subject, ())}
    for words in audit_words():
        for label in words.models.get(code, words.models.get(subject, ())):
            allowed |= listed().get(label, set())
    hidden = {field.name: "标记" for _, field in ALL_TEXTS if field.name not in allowed}
    assert hidden
    assert "标记" not in shown(action=code, target_type="", after=hidden)


@pytest.mark.parametrize("code", ALL_CODES)
def test_a_sentence_is_shown_beyond_its_colon_only_if_its_action_allows_it(code):
    assert ("标记" in shown(action=code, sentence="甲：标记")) == action_of(code).whole


@pytest.mark.parametrize(
    ("action", "target_type", "key"),
    [
        ("filing.save", "measures.filing", "nobody_knows"),
        ("filing.save", "gone.model", "nobody_knows"),
        ("filing.save", "no label", "nobody_knows"),
        ("gone.done", "measures.filing", "nobody_knows"),
        ("gone.done", "", "files"),
        ("", "", "path"),
    ],
)
@pytest.mark.parametrize("stored", ["标记", ["标记"], {"标记": "标记"}, [{"甲": ["标记"]}]])
def test_unknown_keys_are_hidden(action, target_type, key, stored):
    event = {"action": action, "target_type": target_type}
    assert "标记" not in shown(**event, before={key: stored}, after={key: stored})


def test_the_sentence_of_an_unknown_action_is_cut():
    assert shown(action="gone.done", sentence="甲：标记") == "gone.done甲。[]"


def test_the_readable_free_texts_are_these():
    free = {
        model._meta.label_lower: {
            field.name
            for field in texts_of(model)
            if not field.choices and field.name in listed().get(model._meta.label_lower, ())
        }
        for model in all_models()
    }
    assert {label: names for label, names in free.items() if names} == FREE_TEXTS


def test_every_listed_name_exists():
    for label, names in listed().items():
        assert names <= {field.name for field in apps.get_model(label)._meta.concrete_fields}
    for words in audit_words():
        assert set(words.keys) <= SUBJECTS
        for subject, labels in words.models.items():
            assert subject in SUBJECTS or action_of(subject)
            assert all(apps.get_model(label) for label in labels)


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_the_page_itself_shows_no_other_text(client):
    """Create one event for each model with all its texts, each with its own mark."""
    Event.objects.bulk_create(
        Event(
            at=NOW,
            actor_name="甲",
            action="gone.done",
            target_type=model._meta.label_lower,
            target_id=1,
            sentence="做了某事：标记sentence",
            before={field.name: mark(model, field.name) for field in texts_of(model)},
            after={field.name: [mark(model, field.name)] for field in texts_of(model)}
            | {"nobody_knows": mark(model, "nobody_knows")},
        )
        for model in all_models()
    )
    client.force_login(make_user(Role.AUDITOR))
    found, before = set(), ""
    while before is not None:
        response = client.get("/audit/", {"before": before})
        found |= set(re.findall(r"标记[\w.]+", response.content.decode()))
        before = response.context["next_before"]
    assert found == {
        mark(model, field.name)
        for model, field in ALL_TEXTS
        if field.name in listed().get(model._meta.label_lower, ())
    }


def mark(model: type[models.Model], name: str) -> str:
    return f"标记{model._meta.label_lower}.{name}"


@pytest.mark.django_db
@pytest.mark.usefixtures("played")
def test_the_demonstrations_audit_trail_is_in_words_and_quotes_nobody():
    lines = [line_of(event) for event in Event.objects.all()]
    assert {line.event.action for line in lines} <= set(ALL_CODES)
    labels = {change.label for line in lines for change in line.changes}
    assert not [label for label in labels if label.isascii() and label != "SHA-256"]
    assert not [line.event.sentence for line in lines if "。。" in line.event.sentence]
    page = "\n".join(f"{line.sentence}{line.changes}" for line in lines)
    written = set(texts_written())
    assert len(written) > 300
    assert not [text for text in written if text in page]


def texts_written() -> Iterator[str]:
    """Return the contents of the hidden texts of measures and reports, without names."""
    notice = Notice.objects.get()
    for model, field in ALL_TEXTS:
        is_listed = field.name in listed().get(model._meta.label_lower, ())
        is_name = model in NAMES or field.name in NAMES_KEPT
        if model._meta.app_label == "agencies" or is_listed or is_name or field.choices:
            continue
        for text in model._default_manager.values_list(field.name, flat=True).distinct():
            if isinstance(text, str) and text not in ("", notice.number):
                yield text


def python_files(*folders: str) -> Iterator[Path]:
    """Yield the modules of the product, without tests and migrations."""
    for folder in folders:
        for path in Path(settings.BASE_DIR, folder).rglob("*.py"):
            if not {"tests", "migrations"} & set(path.parts):
                yield path


def strings_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_action_named_in_the_code_is_contributed():
    spelled = {
        text
        for path in python_files(*APPS, "policy_tracker")
        for text in strings_in(path)
        if _CODE.fullmatch(text) and text.partition(".")[0] in SUBJECTS
    }
    assert spelled - NO_ACTIONS == set(ALL_CODES) & spelled
    assert {"filing.return", "report.issue", "user.sign_in"} <= spelled


def test_every_action_that_the_code_records_is_contributed():
    recorded = {
        code
        for path in python_files(*APPS, "policy_tracker")
        for code in _RECORDED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(recorded) > 50  # so the search works
    assert not [code for code in recorded if action_of(code) is None]


def test_agencies_names_no_action_no_message_and_no_model_of_another_app():
    others = [app for app in contributions() if app != "agencies"]
    actions = {code for app in others for code in codes(app)}
    kinds = [contributions()[app].messages for app in others]
    messages = {kind for messages in kinds if messages for kind in messages.values}
    models_ = {model for app in others for model in apps.get_app_config(app).get_models()}
    names = {model.__name__ for model in models_} | set(others)
    labels = {model._meta.label_lower for model in models_}
    for path in python_files("agencies"):
        source = path.read_text(encoding="utf-8")
        assert not [code for code in actions if code in source], path
        spelled = {text.lower() for text in strings_in(path)}
        assert not spelled & ({name.lower() for name in names} | labels | messages), path
