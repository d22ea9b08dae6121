"""Mail and text messages: everything is caught, nothing leaves."""

import smtplib
from email.message import EmailMessage

import httpx
import pytest

from tests.support.sandbox_process import Sandbox

LINK = "http://localhost:8000/verify-email?token=abc&next=/dashboard"


def send(sandbox: Sandbox, *to: str, html: str | None = None) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Confirm ✓", "hello@example.com", ", ".join(to)
    mail.set_content(f"Open {LINK}.")
    if html:
        mail.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as smtp:
        smtp.send_message(mail)


def test_a_mail_is_caught_with_its_link(sandbox: Sandbox) -> None:
    send(sandbox, "ada@example.com")
    mail = sandbox.mail("ADA@example.com")[0]

    assert (mail["to"], mail["subject"]) == ("ada@example.com", "Confirm ✓")
    assert mail["links"] == [LINK]
    assert "Open" in mail["text"]


def test_the_link_of_an_html_mail_is_unescaped(sandbox: Sandbox) -> None:
    escaped = LINK.replace("&", "&amp;")
    send(sandbox, "ada@example.com", html=f'<a href="{escaped}">Confirm</a>')

    assert sandbox.mail("ada@example.com")[0]["links"] == [LINK]


def test_each_recipient_has_their_own_copy_and_the_newest_is_first(sandbox: Sandbox) -> None:
    send(sandbox, "ada@example.com", "ben@example.com")
    send(sandbox, "ada@example.com")

    assert len(sandbox.mail("ada@example.com")) == 2
    assert len(sandbox.mail("ben@example.com")) == 1
    assert sandbox.mail()[0]["to"] == "ada@example.com"


def test_a_mail_is_shown_in_a_frame_that_may_do_nothing(sandbox: Sandbox) -> None:
    send(sandbox, "ada@example.com", html="<script>alert(1)</script><b>Hello</b>")
    number = sandbox.mail()[0]["id"]

    page = httpx.get(f"{sandbox.base_url}/mail/{number}").text
    frame = httpx.get(f"{sandbox.base_url}/mail/{number}/html")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<script>alert" not in page
    assert "sandbox" in frame.headers["content-security-policy"]
    assert "script-src" not in frame.headers["content-security-policy"]


def test_a_text_message_in_twilios_shape_lands_in_the_tray(sandbox: Sandbox) -> None:
    address = f"{sandbox.base_url}/2010-04-01/Accounts/AC1/Messages.json"
    form = {"To": "+4915112345678", "From": "+15005550006", "Body": "Your code is 123456"}
    answer = httpx.post(address, data=form, auth=("AC1", "token"))

    assert (answer.status_code, answer.json()["status"]) == (201, "delivered")
    assert sandbox.sms("+4915112345678")[0]["text"] == "Your code is 123456"
    listed = httpx.get(address).json()["messages"]
    assert [each["sid"] for each in listed] == [answer.json()["sid"]]


@pytest.mark.parametrize(
    ("form", "auth", "status"),
    [
        ({"To": "+1", "Body": "x"}, None, 401),
        ({"Body": "x"}, ("AC1", "t"), 400),
        ({"To": "+1"}, ("AC1", "t"), 400),
    ],
)
def test_a_text_message_that_twilio_would_refuse_is_refused(
    sandbox: Sandbox, form: dict, auth: tuple | None, status: int
) -> None:
    address = f"{sandbox.base_url}/2010-04-01/Accounts/AC1/Messages.json"

    assert httpx.post(address, data=form, auth=auth).status_code == status
