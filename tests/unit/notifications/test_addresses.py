"""Which addresses a customer's webhook may lead to."""

import pytest

from saas_app.notifications.channels.addresses import is_odd, is_outside

OUTSIDE = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450:4001::1"]
INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "not an address",
    "",
]
ODD = [
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0x7f000001",
    "0X7F000001".lower(),
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0177.0.0.0x1",
    "1.2.3.4.",
    "256.1.1.1",
    "example.0x",
    "",
    "a..b",
    "-a.example",
    "ex ample",
    "fe80::1%eth0",
    "a" * 64 + ".example",
]


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_open_world_may_be_called(address):
    assert is_outside(address)


@pytest.mark.parametrize("address", INSIDE)
def test_what_leads_inside_may_not(address):
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_loopback_only_where_it_was_asked_for(address):
    assert is_outside(address, loopback=True)
    assert not is_outside("10.0.0.1", loopback=True)
    assert not is_outside("169.254.169.254", loopback=True)


@pytest.mark.parametrize("host", ODD)
def test_hosts_that_other_programs_read_otherwise_are_odd(host):
    assert is_odd(host)


@pytest.mark.parametrize("host", ["example.com", "hooks.example.com.", "a_b.example", "8.8.8.8", "xn--bcher-kva.example", "2606:2800::1", "localhost", "1a.example"])  # fmt: skip
def test_plain_hosts_are_not(host):
    assert not is_odd(host)
