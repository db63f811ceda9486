"""The documents agree with the code: a name that changes in one must change in the other."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import TextChoices

import agencies.choices
import agencies.permissions
import measures.choices
import measures.models.public_status
import reports.choices
from agencies import demonstration
from agencies.permissions import BOUND, GRANTS, Perm, Role
from dev.options import read_options
from dev.package_map import MAP, map_text
from measures.rules.coordination import COORDINATION_STEPS, CoordinationParty
from measures.rules.instructions import INSTRUCTION_STEPS
from measures.rules.requests import CLOSING_STEPS, DUE_DATE_STEPS, OVERRIDE_STEPS
from measures.rules.workflow import STEPS

ROOT = settings.BASE_DIR
DOCS = ROOT / "docs"
CHANGELOG = ROOT / "CHANGELOG.md"
DECISIONS = sorted((DOCS / "adr").glob("0*.md"))
APPS = ("agencies", "measures", "reports")
CLOSED_LISTS = (
    agencies.choices,
    agencies.permissions,
    measures.choices,
    reports.choices,
    measures.models.public_status,
)
NOT_OURS = {".venv", ".git", "var", "__pycache__", "node_modules"}
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_SETTING = re.compile(r"env\.\w+\(\s*\"([A-Z_]+)\"")
_OPTION = re.compile(r"add\(.*?\"(--[a-z-]+)\"")
# Names in the documents that are not in our Python, because libraries read them.
OF_OTHERS = {"PIP_INDEX_URL", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def documents() -> list[Path]:
    """Return all our own Markdown files."""
    return [path for path in our_files() if path.suffix == ".md"]


def our_files() -> Iterator[Path]:
    """Return every file of the project, without files created by tools."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in NOT_OURS and (not name.startswith(".") or name == ".ci")
        ]
        yield from (Path(folder) / name for name in names if name not in NOT_OURS)


def members() -> Iterator[tuple[str, str, TextChoices]]:
    """Return every member of every closed list, with its app and the list's name."""
    for module in CLOSED_LISTS:
        app = module.__name__.partition(".")[0]
        for name, found in vars(module).items():
            is_list = isinstance(found, type) and issubclass(found, TextChoices)
            if is_list and found.__module__.startswith(module.__name__):
                yield from ((app, name, member) for member in found)


def commands() -> list[str]:
    """Return the product's own management commands."""
    folders = [ROOT / app / "management" / "commands" for app in APPS]
    return sorted(
        path.stem for folder in folders for path in folder.glob("*.py") if path.stem != "__init__"
    )


@cache
def names_in_code() -> set[str]:
    """Return every name in capitals with an underscore in our Python."""
    sources = (path.read_text(encoding="utf-8") for path in our_files() if path.suffix == ".py")
    return {name for source in sources for name in re.findall(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b", source)}


def settings_read() -> set[str]:
    """Return the names that settings.py reads from the environment."""
    source = text("policy_tracker/settings.py")
    return set(_SETTING.findall(source)) | set(re.findall(r"env\.db\(\"([A-Z_]+)\"\)", source))


@pytest.mark.parametrize(("app", "name", "member"), list(members()), ids=str)
def test_its_apps_glossary_has_every_choice(app, name, member):
    parts = re.split(r"^#+ ", text(f"{app}/GLOSSARY.md"), flags=re.MULTILINE)[1:]
    own = [part for part in parts if name in re.findall(r"\w+", part.splitlines()[0])]
    assert f"| {member.label} | `{member.value}` |" in "".join(own)


@pytest.mark.parametrize("app", APPS)
def test_its_apps_glossary_has_every_model(app):
    words = text(f"{app}/GLOSSARY.md")
    for model in apps.get_app_config(app).get_models():
        assert f"`{model.__name__}`" in words or model._meta.auto_created, model


@pytest.mark.parametrize("name", STEPS)
def test_the_workflow_page_has_every_step_as_it_is(name):
    step = STEPS[name]
    order = list(measures.choices.FilingState)
    sources = " ".join(state.label for state in order if state in step.sources)
    target = measures.choices.FilingState(step.target).label
    row = f"| `{name}` | {step.label} | {sources} | {target} | `{step.perm.name}` |"
    assert row in text("docs/workflow.md")


@pytest.mark.parametrize(
    ("heading", "steps"),
    [
        ("Due date", DUE_DATE_STEPS),
        ("Closing", CLOSING_STEPS),
        ("A light set by hand", OVERRIDE_STEPS),
    ],
)
def test_the_workflow_page_has_every_step_of_a_request_as_it_is(heading, steps):
    states = measures.choices.RequestState
    part = text("docs/workflow.md").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `.*$", part, re.MULTILINE)
    expected = []
    for name, step in steps.items():
        sources = " ".join(state.label for state in states if state in step.sources)
        who = ", ".join(one.value for one in step.who)
        cells = f"`{name}` | {step.label} | {sources} | {states(step.target).label} | {who}"
        expected.append(f"| {cells} |".replace("|  |", "| |"))
    assert rows == expected


def test_the_workflow_page_has_every_step_of_an_instruction_as_it_is():
    part = text("docs/workflow.md").partition("## Instruction\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `.*$", part, re.MULTILINE)
    expected = []
    for name, step in INSTRUCTION_STEPS.items():
        states = measures.choices.InstructionState
        sources = " ".join(state.label for state in states if state in step.sources)
        cells = f"`{name}` | {step.label} | {sources} | {step.who.value}"
        expected.append(f"| {cells} |".replace("|  |", "| |"))
    assert rows == expected


def test_the_workflow_page_has_every_step_of_coordination_as_it_is():
    part = text("docs/workflow.md").partition("## Coordination\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `.*$", part, re.MULTILINE)
    expected = []
    for act, step in COORDINATION_STEPS.items():
        states = measures.choices.CoordinationState
        sources = " ".join(state.label for state in states if state in step.sources)
        who = ", ".join(one.value for one in CoordinationParty if one in step.parties)
        cells = f"`{act.value}` | {act.label} | {sources} | {who}"
        expected.append(f"| {cells} |".replace("|  |", "| |"))
    assert rows == expected


@pytest.mark.parametrize("perm", Perm)
def test_the_permissions_page_grants_what_the_code_grants(perm):
    yes = "own agency" if perm in BOUND else "✓"
    cells = (yes if perm in GRANTS[role] else "" for role in Role)
    row = f"| `{perm.name}` |" + "".join(f" {cell} |" if cell else " |" for cell in cells)
    assert row in text("docs/permissions.md")


def test_the_permissions_page_has_every_role_as_a_column():
    heads = " | ".join(role.label for role in Role)
    assert f"| permission | {heads} |" in text("docs/permissions.md")


@pytest.mark.parametrize("role", Role)
def test_the_permissions_page_has_every_roles_code(role):
    assert f"| {role.label} | `{role.value}` |" in text("docs/permissions.md")


@pytest.mark.parametrize("name", commands())
def test_operations_has_every_command(name):
    assert re.search(rf"^\| `{name}` \|", text("docs/operations.md"), re.MULTILINE)


@pytest.mark.parametrize("name", sorted(settings_read()))
def test_operations_and_the_example_have_every_setting(name):
    assert re.search(rf"^\| `{name}` \|", text("docs/operations.md"), re.MULTILINE)
    assert re.search(rf"^#{name}=", text(".env.example"), re.MULTILINE)


def test_the_table_of_settings_names_none_that_is_not_read():
    table = text("docs/operations.md").partition("## Environment")[2].partition("\n## ")[0]
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert named == settings_read()


def test_the_example_names_none_that_is_not_read():
    assert set(re.findall(r"^#([A-Z_]+)=", text(".env.example"), re.MULTILINE)) == settings_read()


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_setting_or_constant_that_a_document_names_exists(path):
    """`ABC_DEF` or `ABC_DEF=1` in a document is a name that exists in the code."""
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z0-9]+)+)\b", path.read_text(encoding="utf-8")))
    assert named <= names_in_code() | OF_OTHERS


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_test_that_a_document_names_exists(path):
    named = set(re.findall(r"`(?:[\w/]+/)?(test_\w+\.py)`", path.read_text(encoding="utf-8")))
    assert named <= {file.name for file in our_files()}


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_have_a_target(path):
    for target in _LINK.findall(path.read_text(encoding="utf-8")):
        file, _, anchor = target.partition("#")
        if "://" in target:
            continue
        found = (path.parent / file) if file else path
        assert found.exists(), target
        if anchor:
            headings = _HEADING.findall(found.read_text(encoding="utf-8"))
            assert anchor in {head.lower().replace(" ", "-") for head in headings}, target


@pytest.mark.parametrize("app", APPS)
def test_its_apps_glossary_has_no_removed_choice(app):
    """A section with a list's name contains that list's values and no others."""
    known: dict[str, set[str]] = {}
    for of_app, name, member in members():
        if of_app == app:
            known.setdefault(name, set()).add(member.value)
    parts = re.split(r"^#+ ", text(f"{app}/GLOSSARY.md"), flags=re.MULTILINE)[1:]
    for part in parts:
        head = part.splitlines()[0]
        values = re.findall(r"^\| [^|]+ \| `([^`]+)` \|", part, re.MULTILINE)
        lists = [known[name] for name in re.findall(r"\w+", head) if name in known]
        if lists:
            assert set(values) == set.union(*lists), head


@pytest.mark.parametrize(
    "path",
    [*sorted(DOCS.rglob("*.md")), *(ROOT / f"{app}/GLOSSARY.md" for app in APPS), CHANGELOG],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_document_can_be_read_without_scrolling_sideways(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) >= 120] == []


def test_the_changelog_keeps_its_format():
    """Keep a Changelog: versions with dates, the newest first, unreleased changes on top."""
    heads = _HEADING.findall(text("CHANGELOG.md"))
    versions = re.findall(r"^## (.+)$", text("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    dates = [re.fullmatch(r"\[\d+\.\d+\.\d+\] - (\d{4}-\d{2}-\d{2})", v) for v in versions[1:]]
    days = [found[1] for found in dates if found]
    assert len(days) == len(dates)
    assert days == sorted(days, reverse=True)
    parts = set(heads[1:]) - set(versions)
    assert parts <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_every_decision_is_listed():
    listed, _, _ = text("docs/adr/README.md").partition("\n## Missing numbers\n")
    assert sorted(_LINK.findall(listed)) == sorted(path.name for path in DECISIONS)


def test_every_missing_number_is_explained():
    _, _, missing = text("docs/adr/README.md").partition("\n## Missing numbers\n")
    rows = re.findall(r"^\| (\d{4}(?:, \d{4})*) \|", missing, re.MULTILINE)
    explained = [int(number) for row in rows for number in row.split(", ")]
    used = {int(path.name[:4]) for path in DECISIONS}
    assert sorted(explained) == sorted(set(range(1, max(used) + 1)) - used)


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_a_decision_has_its_four_parts_and_at_most_40_lines(path):
    words = path.read_text(encoding="utf-8")
    places = [
        words.find(f"**{part}**") for part in ("Status", "Context", "Decision", "Consequences")
    ]
    assert -1 not in places
    assert places == sorted(places)
    assert len(words.splitlines()) <= 40


def test_every_library_has_its_reason():
    wanted = re.findall(r"^([A-Za-z0-9-]+)(?:\[\w+\])?==", text("requirements.txt"), re.MULTILINE)
    for name in wanted:
        assert f"| {name} |" in text("docs/adr/0022-libraries.md"), name


def test_the_readme_lists_the_demonstration_accounts():
    for username, who in demonstration.ACCOUNTS:
        assert f"| `{username}` | {who} |" in text("README.md")
    assert f"`{demonstration.PASSWORD}`" in text("README.md")


def test_the_readme_has_every_option_of_start():
    options = _OPTION.findall(text("dev/options.py"))
    assert len(options) >= 8
    for option in options:
        if option != "--help":
            assert f"`{option}" in text("README.md"), option


def test_the_readme_has_start_s_defaults():
    told = read_options([])
    assert f"default {told.port};" in text("README.md")
    assert f"web processes, default {told.workers}" in text("README.md")


@pytest.mark.parametrize(
    ("name", "most"), [("README.md", 150), *((f"{app}/README.md", 40) for app in APPS)]
)
def test_a_readme_stays_short(name, most):
    assert len(text(name).splitlines()) <= most


def test_constraints_named_in_the_domain_page_exist():
    named = re.findall(r"^\| `([a-z_]+)`", text("docs/domain.md"), re.MULTILINE)
    folders = [ROOT / app / "migrations" for app in APPS]
    migrations = "".join(path.read_text() for folder in folders for path in folder.glob("0*.py"))
    assert named
    for name in named:
        assert f"'{name}'" in migrations, name


def test_no_file_names_the_folder_it_was_written_in():
    own = re.compile(rf"(?<![\w.>])/{'work'}\b")
    for path in our_files():
        if path.suffix not in {".png", ".ico", ".woff2", ".ttf", ".otf", ".gz", ".xlsx", ".docx"}:
            found = own.search(path.read_text(encoding="utf-8", errors="replace"))
            assert not found, f"{path.relative_to(ROOT)}: {found}"


def test_the_map_of_the_packages_says_what_each_file_holds():
    assert MAP.read_text(encoding="utf-8") == map_text(), "run: python -m dev.package_map"
