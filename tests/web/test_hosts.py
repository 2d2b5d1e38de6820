"""By which hosts a server may be called: what no foreign page can have for a name, and what was given."""

import pytest

from mockserver.settings import Settings
from mockserver.web.hosts import HOSTS_REMEMBERED, Hosts

LOOPBACK = [
    b"localhost", b"localhost:4646", b"LOCALHOST:1", b"localhost.", b"mock.localhost:80", b"127.0.0.1", b"127.0.0.1:4646",
    b"127.8.9.10:1", b"[::1]", b"[::1]:4646", b"[::ffff:127.0.0.1]:1", b"0.0.0.0:4646", b"[::]:4646",
]  # fmt: skip
NEVER_A_PAGE_S = [b"imin", b"imin:4646", b"x", b"host.docker.internal:4646", b"book.imin.co", b"imin-mock.test"]
STRANGE = [
    b"evil.example", b"evil.example:4646", b"localhost.evil.example", b"127.0.0.1.evil.example", b"evil-localhost.com",
    b"192.0.2.7", b"[2001:db8::7]:4646", b"", b" ", b".", b"..", b":4646", b"a b", b"evil.example/localhost", b"localhost:80:80",
    b"[::1", b"user@localhost.com", b"localhost,evil.example", b"\xff.example", b"127.1", b"notinternal.com", b"a" * 300,
    b"localhost\n.example",
]  # fmt: skip


@pytest.mark.parametrize("host", [*LOOPBACK, *NEVER_A_PAGE_S])
def test_loopback_and_names_that_no_page_can_have_are_allowed_wherever_the_server_listens(host: bytes) -> None:
    for bound in ("127.0.0.1", "::1", "0.0.0.0", "mock.example"):
        assert Hosts(bound=bound).allow(host)


@pytest.mark.parametrize("host", STRANGE)
def test_any_other_host_is_refused_and_stays_so_when_asked_again(host: bytes) -> None:
    hosts = Hosts()
    assert not hosts.allow(host)
    assert not hosts.allow(host)
    assert not Hosts(public_url="https://mock.example.com", named=["other.example.com"]).allow(host)


@pytest.mark.parametrize(
    ("settings", "allowed", "refused"),
    [
        ({"host": "192.0.2.7"}, [b"192.0.2.7:4646"], [b"192.0.2.8"]),
        ({"host": "0.0.0.0"}, [b"192.0.2.7:4646", b"[2001:db8::7]"], [b"mock.example.com"]),
        ({"host": "::"}, [b"192.0.2.7:4646", b"[2001:db8::7]:1"], [b"mock.example.com"]),
        ({"host": "mock.example.com"}, [b"mock.example.com:4646", b"MOCK.example.com."], [b"example.com"]),
        ({"public_url": "https://mock.example.com:8443"}, [b"mock.example.com", b"mock.example.com:1"], [b"a.mock.example.com"]),
        ({"allowed_hosts": ("Mock.Example.com",)}, [b"mock.example.com:4646"], [b"a.mock.example.com", b"example.com"]),
        ({"allowed_hosts": (".example.com",)}, [b"mock.example.com", b"example.com:1"], [b"evilexample.com", b"example.com.net"]),
        ({"allowed_hosts": ("192.0.2.7",)}, [b"192.0.2.7:4646"], [b"192.0.2.8"]),
        ({"allowed_hosts": ("*",)}, [b"evil.example", b"192.0.2.7"], [b"a b", b""]),
    ],
)  # fmt: skip
def test_what_was_given_is_allowed_and_nothing_near_it(
    settings: dict[str, str], allowed: list[bytes], refused: list[bytes]
) -> None:
    hosts = Settings(**settings).hosts  # type: ignore[arg-type]
    assert [host for host in allowed if not hosts.allow(host)] == []
    assert [host for host in refused if hosts.allow(host)] == []


def test_only_so_many_hosts_are_remembered() -> None:
    hosts = Hosts()
    for port in range(10 * HOSTS_REMEMBERED):
        assert hosts.allow(b"localhost:%d" % port)
        assert len(hosts.remembered) <= HOSTS_REMEMBERED
