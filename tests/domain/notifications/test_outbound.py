"""Calls to addresses that customers choose: nothing inside is reached, nothing outside can hold us up."""

import datetime as dt
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from saas_app.core.errors import Unavailable
from saas_app.notifications.channels import outbound
from saas_app.notifications.channels.outbound import Refused
from tests.support import endpoint as double

HEADERS = {"Content-Type": "application/json"}


@pytest.fixture
def endpoint():
    with double.listening() as listening:
        yield listening


def post(url, **more):
    return outbound.post(url, b"{}", HEADERS, loopback=True, **more)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "example.com",
        "https://",
        "https:///path",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com:8443/",
        "https://example.com:22/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com/#part",
        "https://example.com\\@127.0.0.1/",
        "https://exa\nmple.com/",
        "https://example.com/ path",
        "https://example.com/\x00",
        "https://exämple.com/",
        "https://[::1",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://example.com/" + "a" * 2048,
    ],
)
def test_addresses_that_are_not_plain_are_refused_before_anything_is_asked(monkeypatch, url):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("it was looked up"))
    with pytest.raises(Refused):
        outbound.post(url, b"{}", HEADERS)


def names(monkeypatch, *answers):
    """Every name means these, one answer after another, the last for ever."""
    left, asked = list(answers), []

    def look_up(host, port, *_, **__):
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["169.254.169.254"], ["93.184.216.34", "10.0.0.1"], ["::ffff:127.0.0.1"], []],
)
def test_a_name_that_leads_inside_even_once_is_not_called(monkeypatch, addresses):
    names(monkeypatch, addresses)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was called"))
    with pytest.raises((Refused, Unavailable)):
        outbound.post("https://hooks.example/", b"{}", HEADERS)


def test_the_checked_address_itself_is_called_whatever_the_name_means_next(monkeypatch):
    asked, called = names(monkeypatch, ["93.184.216.34"], ["127.0.0.1"]), []

    def connect(address, *_, **__):
        called.append(address)
        raise OSError("nobody there")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unavailable):
        outbound.post("https://hooks.example/", b"{}", HEADERS)
    assert (asked, called) == (["hooks.example"], [("93.184.216.34", 443)])


def test_loopback_is_refused_where_it_was_not_asked_for(endpoint):
    with pytest.raises(Refused):
        outbound.post(endpoint.url.replace("http:", "https:"), b"{}", HEADERS)
    assert endpoint.came == []


def test_an_answer_is_its_status(endpoint):
    endpoint.answers = [204]
    assert post(endpoint.url) == 204
    (came,) = endpoint.came
    assert came.body == b"{}"
    assert came.headers["host"] == endpoint.url.split("/")[2]


def test_a_redirect_is_not_followed(endpoint):
    endpoint.answers = [double.status(302, Location=endpoint.url)]
    assert post(endpoint.url) == 302
    assert len(endpoint.came) == 1


def test_of_ten_gigabytes_nothing_is_read(endpoint):
    endpoint.answers = [double.endless]
    began = time.monotonic()
    assert post(endpoint.url) == 200
    assert time.monotonic() - began < 1


def test_a_header_that_never_ends_holds_nobody_up(endpoint, monkeypatch):
    monkeypatch.setattr(outbound, "SECONDS", 0.3)
    endpoint.answers = [double.trickle]
    began = time.monotonic()
    with pytest.raises(Unavailable):
        post(endpoint.url)
    assert time.monotonic() - began < 2


def test_who_hangs_up_or_is_not_there_is_tried_again(endpoint):
    endpoint.answers = [double.hang_up]
    with pytest.raises(Unavailable):
        post(endpoint.url)
    with pytest.raises(Unavailable):
        post("http://127.0.0.1:1/")


def test_an_unknown_name_is_tried_again(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unavailable):
        outbound.post("https://hooks.example/", b"{}", HEADERS)


def certificate(folder, name):
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "cert.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.mark.parametrize("mine", [True, False])
def test_the_certificate_is_asked_for_by_name_although_the_address_is_called(
    monkeypatch, tmp_path, mine
):
    path = certificate(tmp_path, "hooks.example" if mine else "other.example")
    asked_for, heard = [], []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    door = socket.create_server(("127.0.0.1", 0))

    def serve():
        plain, _ = door.accept()
        try:
            with context.wrap_socket(plain, server_side=True) as secured:
                heard.append(secured.recv(65_536))
                secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        except OSError:
            plain.close()

    thread = threading.Thread(target=serve)
    thread.start()
    names(monkeypatch, ["127.0.0.1"])
    monkeypatch.setattr(outbound, "_tls", lambda: ssl.create_default_context(cafile=path))
    url = f"https://hooks.example:{door.getsockname()[1]}/x"
    if mine:
        assert post(url) == 200
        assert b"host: hooks.example" in heard[0].lower()
    else:
        with pytest.raises(Unavailable):
            post(url)
    thread.join(5)
    door.close()
    assert asked_for == ["hooks.example"]
