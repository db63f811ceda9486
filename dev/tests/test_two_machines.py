"""The files of deploy/ as dev.two_machines uses them."""

import re
from pathlib import Path

from dev.two_machines.servers import site_at


def test_the_site_of_deploy_is_complete_with_other_ports(tmp_path: Path) -> None:
    site = site_at(tmp_path, 8550)
    assert re.findall(r"listen (\S+)", site) == ["127.0.0.1:8551", "127.0.0.1:8550"]
    assert not re.findall(r"(?:/etc|/var)/\S+", re.sub("#.*", "", site))
    assert "proxy_pass http://policy;" in site
