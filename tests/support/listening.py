"""The SDK's own HTTP client, which also remembers what was asked and what was answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import stripe

from tests.support.form import nested


@dataclass(frozen=True)
class Heard:
    """One request as it left, its parameters still text, and what came back."""

    method: str
    path: str
    params: Mapping[str, Any]
    headers: Mapping[str, str]
    status: int
    answer: Any


class Listening(stripe.RequestsClient):
    """Stands in for `stripe.RequestsClient` wherever that is made."""

    def __init__(self, heard: list[Heard] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.heard = [] if heard is None else heard

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        content, status, answered = super().request(method, url, headers, post_data)
        parts = urlsplit(url)
        params = nested(parts.query) | _sent(post_data)
        said = json.loads(content)
        self.heard.append(
            Heard(method.upper(), parts.path, params, dict(headers or {}), status, said)
        )
        return content, status, answered


def _sent(body: Any) -> dict[str, Any]:
    """The second version of the API takes JSON, the first one forms."""
    if not body:
        return {}
    return json.loads(body) if body[0] == "{" else nested(body)
