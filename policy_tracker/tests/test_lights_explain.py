"""Every light of the demonstration says why and leads to the fact, for each who reads it."""

import json

import pytest
from lxml import html

from agencies.models import Agency, User
from agencies.permissions import Perm
from measures.lights import work_out
from measures.models import Measure
from measures.tests.factories import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def readers(db, play_demonstration):
    """One person of each kind who may read measures."""
    play_demonstration(on=TODAY, at=NOW)
    found = {}
    for user in User.objects.order_by("pk"):
        if user.can(Perm.READ):
            found.setdefault(tuple(sorted(user.roles)), user)
    assert len(found) >= 5
    return list(found.values())


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return html.fromstring(response.content.decode())


def demand_fact(client, address, known):
    """The link answers, and where it names a part of the page, the part is there."""
    if address not in known:
        path, _, anchor = address.partition("#")
        found = page(client, path)
        assert not anchor or found.xpath(f"//*[@id='{anchor}']"), address
        known.add(address)


def test_every_light_on_every_page_says_why_and_leads_to_the_fact(client, readers):
    rows = list(Measure.objects.all())
    why = {pk: verdict.sentence for pk, verdict in work_out(rows, on=TODAY).items()}
    assert len(why) == 17
    assert all(why.values())
    agencies = Agency.objects.filter(responsibilities__isnull=False).distinct()
    for reader in readers:
        client.force_login(reader)
        known = set()
        ledger = page(client, "/overview/")
        lights = ledger.xpath("//td[contains(@class, 'ledger-light')]//a[@class='light-why']")
        assert sorted(a.text_content() for a in lights) == sorted(why.values())
        matrix = page(client, "/matrix/?colour=light").xpath("//th//a[@title]")
        assert sorted(a.get("title") for a in matrix) == sorted(why.values())
        facts = {a.get("href") for a in (*lights, *matrix)}
        for agency in agencies if reader is readers[0] else ():
            shown = page(client, f"/agencies/{agency.pk}/").xpath("//td[@data-label='预警灯']")
            for cell in shown:
                (link,) = cell.xpath(".//a[@class='light-why']")
                facts.add(link.get("href"))
        for measure in rows:
            found = page(client, f"/measures/{measure.pk}/")
            (link, *_) = found.xpath("//dl//a[@class='light-why']")
            assert link.text_content() == why[measure.pk]
            facts |= set(found.xpath("//a[@class='light-why']/@href"))
        for row in json.loads(client.get("/api/measures/").content)["results"]:
            assert row["light"]["sentence"] == why[row["id"]]
            facts.add(row["light"]["fact"])
        for address in facts:
            demand_fact(client, address, known)
