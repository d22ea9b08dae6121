"""Signatures as Standard Webhooks describes them, worked out by OpenSSL."""

import base64
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from saas_app.notifications.channels import webhook

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
# From the specification's own reference libraries, where this message and secret are the example.
KNOWN = {
    "secret": webhook.PREFIX + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "at": datetime.fromtimestamp(1614265330, UTC),
    "body": b'{"test": 2432232314}',
    "signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_the_specifications_example_comes_out():
    signed = webhook.signed(KNOWN["secret"], KNOWN["id"], KNOWN["body"], at=KNOWN["at"])
    assert signed == {
        "webhook-id": KNOWN["id"],
        "webhook-timestamp": "1614265330",
        "webhook-signature": KNOWN["signature"],
    }


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the second opinion is OpenSSL's")
def test_a_secret_of_ours_signs_as_openssl_does():
    secret, body = webhook.new_secret(), b'{"type":"alert.fired"}'
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    assert len(key) == 32
    said = subprocess.run(
        ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary"],
        input=b"ad_1." + str(int(AT.timestamp())).encode() + b"." + body,
        capture_output=True,
        check=True,
    ).stdout
    signed = webhook.signed(secret, "ad_1", body, at=AT)
    assert signed["webhook-signature"] == "v1," + base64.b64encode(said).decode()


def test_no_two_secrets_are_alike_and_none_is_printed():
    target = webhook.Target("https://example.com", webhook.new_secret())
    assert target.secret != webhook.new_secret()
    assert target.secret not in repr(target)
