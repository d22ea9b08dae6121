import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr
from sqlmodel import select

from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Unavailable
from saas_app.notifications import mail
from saas_app.notifications.channels import email
from saas_app.notifications.models import Mail
from tests.support.billing_world import NoPost
from tests.support.sandbox_process import free_port

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning"
)  # aiosmtpd leaves its loop's sockets to the collector


class Server:
    """A mail server on loopback; `answer` is what it says to a letter, `to_recipient` to an address."""

    def __init__(self) -> None:
        self.answer = "250 taken"
        self.to_recipient = "250 OK"
        self.taken: list[EmailMessage] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 — aiosmtpd's name
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 — aiosmtpd's name
        if self.answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@pytest.fixture
def server(configured):
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    configured.smtp_url = SecretStr(f"smtp://127.0.0.1:{controller.port}")
    yield handler
    controller.stop()


@pytest.fixture
def post(database):
    tasks.install(NoPost())


def written(key="welcome:1", to="ada@example.com", **more) -> int:
    with transaction() as session:
        mail.write(
            session, "welcome", key=key, to=to, name="Ada", link="http://x/y?token=t", **more
        )
    return stored(key).id


def stored(key="welcome:1") -> Mail:
    with snapshot() as session:
        return session.exec(select(Mail).where(Mail.key == key)).one()


def send(mail_id):
    mail.send({"id": mail_id})


def test_a_letter_arrives_in_text_and_html(post, server, configured):
    send(written())
    (letter,) = server.taken
    assert letter["From"] == configured.mail_from
    assert letter["To"] == "ada@example.com"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert "http://x/y?token=t" in letter.get_body(("plain",)).get_content()
    assert stored().sent_at is not None


def test_a_sent_letter_is_not_sent_again_and_its_words_are_forgotten(post, server):
    mail_id = written()
    send(mail_id)
    send(mail_id)
    assert len(server.taken) == 1
    row = stored()
    assert (row.body, row.html) == ("", "")
    assert row.subject == "Welcome to Tidemark"


def test_a_letter_that_will_never_be_taken_is_closed_with_the_reason(post, server):
    server.answer = "554 no such mailbox"
    mail_id = written()
    send(mail_id)
    row = stored()
    assert row.failed_at is not None
    assert row.sent_at is None
    assert "no such mailbox" in row.failure
    assert row.body == ""
    server.answer = "250 taken"
    send(mail_id)
    assert server.taken == []


def test_an_address_that_does_not_exist_closes_the_letter(post, server):
    server.to_recipient = "550 unknown"
    send(written())
    assert "unknown" in stored().failure


@pytest.mark.parametrize("answer", ["451 try later", "421 closing"])
def test_a_server_that_asks_to_wait_gets_the_letter_later(post, server, answer):
    server.answer = answer
    mail_id = written()
    with pytest.raises(Unavailable):
        send(mail_id)
    row = stored()
    assert (row.sent_at, row.failed_at) == (None, None)
    assert row.body
    server.answer = "250 taken"
    send(mail_id)
    assert len(server.taken) == 1


def test_a_full_mailbox_is_tried_again(post, server):
    server.to_recipient = "452 mailbox full"
    with pytest.raises(Unavailable):
        send(written())


def test_no_server_at_all_is_tried_again(post, configured):
    configured.smtp_url = SecretStr(f"smtp://127.0.0.1:{free_port()}")
    with pytest.raises(Unavailable):
        send(written())
    assert stored().failed_at is None


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_our_own_wrong_password_loses_no_letter():
    """Whoever mends SMTP_URL finds every letter still waiting."""
    refusing = Controller(
        Server(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
        auth_required=True,
    )
    refusing.start()
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "x"
    try:
        with pytest.raises(Unavailable):
            email.send(message, f"smtp://127.0.0.1:{refusing.port}")
    finally:
        refusing.stop()


def test_a_password_never_travels_in_the_clear(server, configured):
    """This server offers no STARTTLS, so nothing is sent to it at all."""
    message = EmailMessage()
    message["From"], message["To"] = "a@example.com", "b@example.com"
    url = configured.smtp_url.get_secret_value().replace("//", "//user:secret@")
    with pytest.raises(Unavailable):
        email.send(message, url)
    assert server.taken == []


@pytest.mark.parametrize("field", ["to", "subject"])
def test_a_line_break_adds_no_header(post, server, field):
    with transaction() as session:
        values = {"to": "ada@example.com", "subject": "Hello"}
        values[field] += "\r\nBcc: everybody@example.com"
        session.add(Mail(key="k", body="b", html="<p>h</p>", created_at=clock.now(), **values))
    send(stored("k").id)
    assert all("everybody" not in str(letter.get("Bcc", "")) for letter in server.taken)
    assert stored("k").sent_at is None
    assert stored("k").failed_at is not None


def test_a_letter_has_the_same_number_however_often_it_is_sent(post, configured):
    numbers = {mail.message(row)["Message-ID"] for row in (stored_after(written()), stored())}
    assert len(numbers) == 1
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", numbers.pop())
    assert (
        mail.message(stored_after(written("welcome:2"), "welcome:2"))["Message-ID"] not in numbers
    )


def stored_after(_mail_id, key="welcome:1"):
    return stored(key)


def test_the_same_key_makes_one_letter(post):
    written()
    with transaction() as session:
        mail.write(session, "password_changed", key="welcome:1", to="ben@example.com")
    assert stored().subject == "Welcome to Tidemark"


def test_a_letter_that_is_not_there_is_no_trouble(post):
    send(987_654)


class Recorded:
    """A post that notes what is put down and delivers nothing."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def enqueue(self, session, task, key, payload) -> None:
        self.keys.append(key)


def looked_after(**later) -> list[str]:
    """What the hourly look puts down again so much later."""
    tasks.install(noted := Recorded())
    with transaction() as session:
        mail.send_forgotten(session, clock.now() + timedelta(**later))
    return noted.keys


def tried_in_vain(server) -> None:
    server.answer = "451 try later"
    with pytest.raises(Unavailable):
        send(written())


def test_a_letter_whose_tries_were_used_up_is_put_down_again_until_it_is_sent(post, server):
    tried_in_vain(server)
    assert looked_after(minutes=59) == []
    (once,), (later,) = looked_after(hours=1), looked_after(hours=5)
    assert once != later
    server.answer = "250 taken"
    send(stored().id)
    assert looked_after(hours=6) == []
    assert stored().failure == ""


def test_a_letter_nobody_takes_for_a_day_has_failed_with_the_servers_last_word(post, server):
    tried_in_vain(server)
    assert len(looked_after(hours=23)) == 1
    assert looked_after(days=1) == []
    row = stored()
    assert row.failed_at is not None
    assert row.failure == "Given up after a day. The mail server asks us to try later."
    assert (row.body, row.html) == ("", "")


def test_a_letter_nobody_tried_yet_outlives_a_jump_of_the_clock(post, server):
    mail_id = written()
    assert len(looked_after(days=15)) == 1
    send(mail_id)
    assert len(server.taken) == 1
