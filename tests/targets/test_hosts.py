"""Where nothing may be sent to."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from filrydd.errors import BadUsage, TenantError
from filrydd.targets.hosts import GraphHosts, LocalHosts

FOREIGN = [
    "",
    "not an address",
    "https://evil.example/upload",
    "https://sharepoint.com.evil.example/x",
    "https://kommune.sharepoint.com.evil.example/x",
    "https://evilsharepoint.com/x",
    "https://sharepoint.com/x",
    "http://kommune.sharepoint.com/x",
    "https://kommune.sharepoint.com:8443/x",
    "https://kommune.sharepoint.com@evil.example/x",
    "https://user@kommune.sharepoint.com/x",
    "https://kommune.sharepoint.cn/x",
    "https://evil.example\\.sharepoint.com/x",
    "https://evil.example#.sharepoint.com/x",
    "https://evil.example/.sharepoint.com",
    "https://[::1/x",
    "https://kommune.sharepoint.com:port/x",
    "file:///etc/passwd",
    "http://127.0.0.1:80/x",
]


@pytest.mark.parametrize("url", FOREIGN)
def test_content_goes_nowhere_but_to_sharepoint(url: str) -> None:
    with pytest.raises(TenantError):
        GraphHosts().check_content(url)


@pytest.mark.parametrize(
    "url", ["https://kommune.sharepoint.com/x?tempauth=1", "https://KOMMUNE-my.SharePoint.com:443/_api/v2.0/x"]
)
def test_content_goes_to_sharepoint(url: str) -> None:
    GraphHosts().check_content(url)


@given(some.text())
def test_no_text_gets_past_the_check_unless_its_host_is_under_sharepoint(text: str) -> None:
    try:
        GraphHosts().check_content(text)
    except TenantError:
        return
    assert text.lower().startswith("https://") and ".sharepoint.com" in text.lower()


def test_pages_are_followed_on_the_apis_own_host_only() -> None:
    GraphHosts().check_api("https://graph.microsoft.com/v1.0/drives/x/root/delta?token=1")
    for url in (
        "https://graph.microsoft.com:444/v1.0",
        "http://graph.microsoft.com/v1.0",
        "https://graph.microsoft.us/",
    ):
        with pytest.raises(TenantError):
            GraphHosts().check_api(url)


def test_a_refusal_shows_the_host_but_not_the_token_in_the_address() -> None:
    with pytest.raises(TenantError) as refused:
        GraphHosts().check_content("https://evil.example/upload?tempauth=SECRET")
    assert "evil.example" in refused.value.message
    assert "SECRET" not in refused.value.message


@pytest.mark.parametrize(
    "address",
    [
        "",
        "127.0.0.1:8000",
        "https://127.0.0.1:8000/v1.0",
        "http://127.0.0.1/v1.0",
        "http://kommune.sharepoint.com:80/v1.0",
        "http://192.168.1.4:8000/v1.0",
        "http://127.0.0.1@evil.example:80/v1.0",
        "http://127.0.0.1.evil.example:80/v1.0",
        "http://127.0.0.1:99999/v1.0",
    ],
)
def test_a_rehearsal_stays_on_this_machine(address: str) -> None:
    with pytest.raises(BadUsage):
        LocalHosts(address)


def test_a_rehearsals_content_may_lie_at_another_port_of_this_machine_only() -> None:
    hosts = LocalHosts("http://127.0.0.1:8000/v1.0/")
    assert hosts.address == "http://127.0.0.1:8000/v1.0"
    hosts.check_content("http://localhost:9000/upload")
    hosts.check_content("http://[::1]:9000/upload")
    for url in ("http://10.0.0.1:9000/upload", "https://kommune.sharepoint.com/upload", "http://u@127.0.0.1:9/x"):
        with pytest.raises(TenantError):
            hosts.check_content(url)
    with pytest.raises(TenantError):
        hosts.check_api("http://127.0.0.1:9000/v1.0")
