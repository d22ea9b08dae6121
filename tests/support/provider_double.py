"""An OpenID provider that answers whatever a test wants it to lie about. Real HTTP, its own keys."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048)
KEY.ensure_kid()
STRANGER = RSAKey.generate_key(2048)
CLIENT = "our-client"
SUBJECT = "108"


@dataclass
class Double:
    """What it will say. `claims` and `about` change the honest answers; None takes a claim away."""

    base: str = ""
    issuer: str = ""
    nonce: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    published: list[dict[str, Any]] | None = None
    sign: Callable[[dict[str, Any]], str] | None = None
    redeemed: list[str] = field(default_factory=list)

    def answer(self, path: str, body: str) -> Any:
        match path:
            case "/.well-known/openid-configuration":
                return self._metadata()
            case "/keys":
                public = [KEY.as_dict(private=False) | {"use": "sig", "alg": "RS256"}]
                return {"keys": public if self.published is None else self.published}
            case "/token":
                self.redeemed.append(body)
                honest = {"access_token": "at", "token_type": "Bearer", "id_token": self._signed()}
                return _changed(honest, self.token)
            case "/userinfo":
                honest = {"sub": SUBJECT, "email": "ada@mail.example", "email_verified": True}
                return _changed(honest, self.about)
            case _:
                return None

    def _metadata(self) -> dict[str, Any]:
        honest = {
            "issuer": self.issuer or self.base,
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            "userinfo_endpoint": f"{self.base}/userinfo",
            "jwks_uri": f"{self.base}/keys",
        }
        return _changed(honest, self.metadata)

    def _signed(self) -> str:
        now = int(time.time())
        honest = {
            "iss": self.issuer or self.base,
            "aud": CLIENT,
            "sub": SUBJECT,
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 300,
        }
        return (self.sign or by(KEY))(_changed(honest, self.claims))


def by(key: RSAKey, **header: Any) -> Callable[[dict[str, Any]], str]:
    def sign(claims: dict[str, Any]) -> str:
        said = {"alg": "RS256", "kid": KEY.kid, **header}
        return jwt.encode(said, claims, key, algorithms=[said["alg"]])

    return sign


def unsigned(claims: dict[str, Any]) -> str:
    """alg none, as RFC 7518 spells it."""
    return f"{_part({'alg': 'none', 'kid': KEY.kid})}.{_part(claims)}."


def by_the_public_key_as_a_secret(claims: dict[str, Any]) -> str:
    """The confusion of algorithms: HMAC with what everybody may read."""
    head = f"{_part({'alg': 'HS256', 'kid': KEY.kid})}.{_part(claims)}"
    public = KEY.as_pem(private=False)
    return f"{head}.{_b64(hmac.digest(public, head.encode(), hashlib.sha256))}"


@contextmanager
def lying() -> Iterator[Double]:
    double = Double()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(double.answer(self.path, ""))

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            self._say(double.answer(self.path, self.rfile.read(length).decode()))

        def _say(self, answer: Any) -> None:
            raw = json.dumps(answer).encode()
            self.send_response(404 if answer is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _changed(honest: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**honest, **change}.items() if value is not None}


def _part(document: dict[str, Any]) -> str:
    return _b64(json.dumps(document).encode())


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
