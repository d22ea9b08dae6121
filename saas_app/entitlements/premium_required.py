"""A decorator that keeps a function behind a feature. Knows no framework: it raises NeedsUpgrade.

Works on plain functions, generators, coroutines and asynchronous generators, so on endpoints
and on every shape of State handler.
"""

import asyncio
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.entitlements import access
from saas_app.entitlements.errors import refusal
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature

Fn = TypeVar("Fn", bound=Callable[..., Any])
Args = inspect.BoundArguments


class WhichWorkspace(TypeError):
    """The decorated call shows no `workspace_id`: tell the decorator where to find it."""


def premium_required(
    feature: Feature,
    *,
    item: str | Callable[..., str] | None = None,
    workspace: Callable[..., int] | None = None,
) -> Callable[[Fn], Fn]:
    """Refuse the call unless the workspace's plan has `feature` (and in it `item`).

    `item` and `workspace` may be functions of the call's own arguments. Without `workspace`
    the id is the argument `workspace_id`, or that attribute of any argument. The id must come
    from the session, never from the browser. For what is counted use `stock.take` instead.
    """

    def decorate(function: Fn) -> Fn:
        signature = inspect.signature(function)

        def check(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            workspace_id = workspace(*args, **kwargs) if workspace else _found(bound)
            wanted = item(*args, **kwargs) if callable(item) else item
            require(workspace_id, feature, item=wanted)

        return cast("Fn", _wrapped(function, check))

    return decorate


def require(workspace_id: int, feature: Feature, *, item: str | None = None) -> None:
    """The check itself, in a transaction of its own. Raises NeedsUpgrade."""
    with snapshot() as session:
        standing = access.of(session, workspace_id, clock.now())
    answer = decide(standing, feature, item=item)
    if isinstance(answer, Denied):
        raise refusal(answer, standing)


def _wrapped(
    function: Callable[..., Any], check: Callable[[tuple[Any, ...], dict[str, Any]], None]
) -> Callable[..., Any]:
    if inspect.isasyncgenfunction(function):

        @wraps(function)
        async def streaming(*args: Any, **kwargs: Any) -> Any:
            await asyncio.to_thread(check, args, kwargs)
            async for each in function(*args, **kwargs):
                yield each

        return streaming
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def awaiting(*args: Any, **kwargs: Any) -> Any:
            await asyncio.to_thread(check, args, kwargs)
            return await function(*args, **kwargs)

        return awaiting
    if inspect.isgeneratorfunction(function):

        @wraps(function)
        def yielding(*args: Any, **kwargs: Any) -> Any:
            check(args, kwargs)
            yield from function(*args, **kwargs)

        return yielding

    @wraps(function)
    def calling(*args: Any, **kwargs: Any) -> Any:
        check(args, kwargs)
        return function(*args, **kwargs)

    return calling


def _found(bound: Args) -> int:
    if isinstance(given := bound.arguments.get("workspace_id"), int):
        return given
    for value in bound.arguments.values():
        if isinstance(carried := getattr(value, "workspace_id", None), int):
            return carried
    raise WhichWorkspace("no argument carries a workspace_id; pass workspace=… to the decorator")
