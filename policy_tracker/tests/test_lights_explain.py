"""Every light of the demonstration has its cause and a link to the fact, for each reader."""

import json

import pytest
from lxml import html

from agencies.models import Agency, User
from agencies.permissions import Perm
from measures.lights.current import work_out
from measures.models import Measure
from measures.tests.factories import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def readers(db, play_demonstration):
    """Return one person of each kind who may read measures."""
    play_demonstration(on=TODAY, at=NOW)
    found = {}
    for user in User.objects.order_by("pk"):
        if user.can(Perm.READ):
            found.setdefault(tuple(sorted(user.roles)), user)
    assert len(found) >= 5
    return list(found.values())


class Pages:
    """The pages of one reader, each loaded once."""

    def __init__(self, client, reader):
        client.force_login(reader)
        self._client, self._known = client, {}

    def __getitem__(self, path):
        if path not in self._known:
            response = self._client.get(path)
            assert response.status_code == 200, path
            self._known[path] = html.fromstring(response.content.decode())
        return self._known[path]

    def demand_fact(self, address):
        """The link opens a page; if it has a fragment, that exists on the page."""
        path, _, anchor = address.partition("#")
        page = self[path]
        assert not anchor or page.xpath(f"//*[@id='{anchor}']"), address


def test_every_light_on_every_page_has_its_cause_and_a_link_to_the_fact(client, readers):
    rows = list(Measure.objects.all())
    verdicts = work_out(rows, on=TODAY)
    why = {pk: verdict.sentence for pk, verdict in verdicts.items()}
    assert len(why) == 17
    assert all(why.values())
    agencies = Agency.objects.filter(responsibilities__isnull=False).distinct()
    for reader in readers:
        pages = Pages(client, reader)
        ledger = pages["/overview/"]
        lights = ledger.xpath("//td[contains(@class, 'ledger-light')]//a[@class='light-why']")
        assert sorted(a.text_content() for a in lights) == sorted(why.values())
        matrix = pages["/matrix/?view=lights"].xpath("//th//a[@title]")
        assert sorted(a.get("title") for a in matrix) == sorted(why.values())
        facts = {a.get("href") for a in (*lights, *matrix)}
        for agency in agencies if reader is readers[0] else ():
            shown = pages[f"/agencies/{agency.pk}/"].xpath("//td[@data-label='预警灯']")
            for cell in shown:
                (link,) = cell.xpath(".//a[@class='light-why']")
                facts.add(link.get("href"))
        for measure in rows:
            found = pages[f"/measures/{measure.pk}/"]
            verdict = verdicts[measure.pk]
            (head,) = found.xpath("//dl[contains(@class, 'glance print-whole')]")
            told = [a.text_content() for a in head.xpath(".//a[@class='light-why']")]
            beside = verdict.findings if verdict.computed else verdict.findings[1:]
            assert told == [why[measure.pk], *(one.sentence for one in beside)]
            said = " ".join(head.text_content().split())
            assert f"自{verdict.since}" in said
            assert all(name in said for name in (*verdict.agencies, *verdict.others))
            facts |= set(found.xpath("//a[@class='light-why']/@href"))
        for row in json.loads(client.get("/api/measures/").content)["results"]:
            assert row["light"]["sentence"] == why[row["id"]]
            facts.add(row["light"]["fact"])
        for address in facts:
            pages.demand_fact(address)
