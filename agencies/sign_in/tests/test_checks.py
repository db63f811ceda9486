import pytest

from agencies.sign_in.checks import check_address


@pytest.mark.parametrize(
    ("https", "trusted", "found"),
    [(True, False, 1), (True, True, 0), (False, False, 0), (False, True, 0)],
)
def test_a_proxy_whose_header_is_not_read_is_warned_of(settings, https, trusted, found):
    settings.HTTPS, settings.TRUST_FORWARDED_FOR = https, trusted
    warnings = check_address()
    assert len(warnings) == found
    assert all("TRUST_FORWARDED_FOR=1" in one.msg for one in warnings)
