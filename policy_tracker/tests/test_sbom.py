"""The bill of materials has every pinned package, with its known data."""

import json
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from dev.environment import lines_of


def bill(*words: str) -> dict[str, dict]:
    out = StringIO()
    call_command("sbom", *words, stdout=out)
    made = json.loads(out.getvalue())
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    return {one["purl"]: one for one in made["components"]}


def test_every_pinned_package_is_in_it():
    components = bill()
    for line in lines_of(settings.BASE_DIR / "requirements.txt"):
        name, _, version = line.partition("==")
        assert f"pkg:pypi/{name.partition('[')[0].lower()}@{version}" in components, line
    assert all(one["version"] and one["name"] for one in components.values())


def test_licence_and_digest_are_named_if_known(tmp_path: Path):
    django = next(purl for purl in bill() if purl.startswith("pkg:pypi/django@"))
    pin = django.removeprefix("pkg:pypi/").replace("@", "==")
    (tmp_path / "requirements.lock").write_text(f"{pin} --hash=sha256:{'a' * 64}\n")
    component = bill("--hashes", str(tmp_path / "requirements.lock"))[django]
    assert component["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert "BSD" in json.dumps(component["licenses"])
