"""Asks a language model behind an OpenAI-compatible address. Knows the wire, not what is asked."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any, TypeVar

import httpx

from saas_app.core.errors import Unavailable
from saas_app.core.settings import settings

_TIMEOUT_SECONDS = 20
_OK = 200
_AT_ONCE = 2
# Of its own: a model that hangs must not take the threads that every page reads with.
_hands = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="model")
_free = BoundedSemaphore(_AT_ONCE)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    base: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    words: str
    tokens: int


def model() -> Model | None:
    """None where the settings name nobody to ask."""
    given = settings()
    if not (given.llm_base_url and given.llm_model):
        return None
    return Model(given.llm_model, given.llm_base_url, given.llm_api_key.get_secret_value())


def in_turn(ask_it: Callable[[], T]) -> Future[T]:
    """What comes of it, on a thread kept for that. Raises Unavailable at once when all are taken."""
    if not _free.acquire(blocking=False):
        raise Unavailable("The model is being asked by others.")

    def asked() -> T:
        try:
            return ask_it()
        finally:
            _free.release()

    return _hands.submit(copy_context().run, asked)


def ask(model: Model, instruction: str, about: str, *, most_tokens: int) -> Answer:
    """Raises Unavailable for whatever is not an answer."""
    asking = {
        "model": model.name,
        "messages": [
            {"role": "system", "content": instruction},
            {"role": "user", "content": about},
        ],
        "max_tokens": most_tokens,
        "temperature": 0.2,
    }
    headers = {"Authorization": f"Bearer {model.key}"} if model.key else {}
    try:
        answer = httpx.post(
            f"{model.base}/chat/completions",
            json=asking,
            headers=headers,
            timeout=_TIMEOUT_SECONDS,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as gone:
        raise Unavailable(f"The model does not answer: {type(gone).__name__}.") from None
    if answer.status_code != _OK:
        raise Unavailable(f"The model answers {answer.status_code}.")
    try:
        return _read(answer.json())
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as unread:
        raise Unavailable("The model answers something unreadable.") from unread


def _read(said: dict[str, Any]) -> Answer:
    words = said["choices"][0]["message"]["content"]
    if not isinstance(words, str):
        raise TypeError(words)
    return Answer(words.strip(), max(0, int(said["usage"]["total_tokens"])))
