"""The guard in front of every event: deny by default, hydration included.

Two layers. `SessionGuard` sees each event before its handler and before any state is sent: a
tab shows nothing of a person whose cookie is not there. `@guarded` wraps each handler: it
re-reads the session and the role, checks the arguments, and turns a refusal into words.
"""

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast, get_type_hints

import reflex as rx
from pydantic import ConfigDict, TypeAdapter, ValidationError
from reflex.event import Event
from reflex.state import BaseState, StateUpdate

from saas_app.accounts.sessions import SignedIn
from saas_app.core.errors import Invalid, Kind, SaasError
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.state import admission
from saas_app.ui.state.admission import Need
from saas_app.ui.state.session import Session, session_cookie
from saas_app.workspaces.roles import Permission

# The framework's own first events; proved by the guard's tests on every upgrade.
_ROOT = "reflex___state____state"
_HYDRATE = frozenset({f"{_ROOT}.hydrate_and_load", f"{_ROOT}.hydrate"})
_FRAMEWORK = (
    _ROOT,
    f"{_ROOT}.reflex___state____on_load_internal_state",
    f"{_ROOT}.reflex___state____update_vars_internal_state",
)
_MARK = "__guard__"

PUBLIC_HANDLERS: set[str] = set()


S = TypeVar("S", bound=rx.State)
P = ParamSpec("P")
Handler = TypeVar("Handler", bound=Callable[..., Any])


def public(handler: Handler) -> Handler:
    """A handler that strangers may call. It must authorise nothing and change nothing of anybody's."""
    setattr(handler, _MARK, "public")
    return handler


def guarded(
    permission: Permission = Permission.VIEW, *, staff: bool = False
) -> Callable[
    [Callable[Concatenate[S, SignedIn, P], Any]], Callable[Concatenate[S, P], Awaitable[Any]]
]:
    """A handler for people who may do this; it receives who they are as its first argument."""
    need = Need(permission, staff)

    def wrap(
        handler: Callable[Concatenate[S, SignedIn, P], Any],
    ) -> Callable[Concatenate[S, P], Awaitable[Any]]:
        check = _argument_check(handler)

        @functools.wraps(handler)
        async def door(self: S, *args: P.args, **kwargs: P.kwargs) -> Any:
            try:
                who = await asyncio.to_thread(admission.admitted, session_cookie(self), need)
                return await _awaited(cast("Any", handler)(self, who, **check(args, kwargs)))
            except SaasError as refusal:
                await explain(self, refusal)
                return None

        _hide_first_argument(door, handler)
        setattr(door, _MARK, need)
        return cast("Callable[Concatenate[S, P], Awaitable[Any]]", door)

    return wrap


def watching(handler: Handler) -> Handler:
    """A background handler that re-reads the session itself, at every turn of its loop."""
    setattr(handler, _MARK, "watching")
    return handler


def need_of(handler: Any) -> Need | str | None:
    """What a State handler asks for; None for one that nobody guarded. For the house tests."""
    return getattr(handler, _MARK, None)


async def explain(state: rx.State, refusal: SaasError) -> None:
    """Tell the person: to the log-in page, to the plans, or a plain sentence."""
    session = await state.get_state(Session)
    match refusal.kind:
        case Kind.NOT_SIGNED_IN:
            # Another tab's step-up may have replaced the cookie: a full load knows which it is.
            path = state.router.url.path
            session._leave(path if session._bound else routes.login(path))
        case Kind.NEEDS_UPGRADE:
            session._say(refusal.message, "info", href=routes.PRICING, label=text("lock.see_plans"))
        case _:
            session._say(refusal.message, "bad")


class SessionGuard(rx.Middleware):
    async def preprocess(
        self,
        app: rx.App,  # noqa: ARG002 — the framework's signature
        state: BaseState,
        event: Event,
    ) -> StateUpdate | None:
        """Nothing is sent to, and nothing done for, a cookie that is not (or no longer) good."""
        root = state._get_root_state()
        who = await asyncio.to_thread(admission.who, session_cookie(root))
        shown = await root.get_state(Session)
        # To the log-in and to the workspace: an old tab does nothing where it does not show it.
        bound = f"{who.digest}:{who.workspace_id}" if who else ""
        if shown._bound != bound:
            if event.name not in _HYDRATE:
                # Another log-in owns this browser now: start the page afresh under it.
                shown._leave(state.router.url.path)
                return StateUpdate(delta=await root._get_resolved_delta())
            root.reset()
            shown._bound = bound
        elif _opens_a_page(event):
            # A page load begins with nothing: what another page showed must not flash up first.
            root.reset()
            shown._bound = bound
        if who is not None:
            shown._show(who)
        elif not _open_to_strangers(event.name):
            shown._leave(routes.login(state.router.url.path))
            return StateUpdate(delta=await root._get_resolved_delta())
        return None


def _opens_a_page(event: Event) -> bool:
    """A full load, not a reconnect: only then the browser tells which initial state it holds.

    After a reconnect everything stays, half-typed answers above all.
    """
    return event.name in _HYDRATE and bool(event.payload.get("hashes"))


def _open_to_strangers(event_name: str) -> bool:
    owner = event_name.rpartition(".")[0]
    return owner in _FRAMEWORK or event_name in PUBLIC_HANDLERS


def open_public_handlers(root: type[BaseState]) -> None:
    """Collect the handlers marked public, once all pages are imported."""
    for substate in root.get_substates():
        for name, handler in substate.event_handlers.items():
            if need_of(handler.fn) == "public":
                PUBLIC_HANDLERS.add(f"{substate.get_full_name()}.{name}")
        open_public_handlers(substate)


def _argument_check(
    handler: Callable[..., Any],
) -> Callable[[tuple[Any, ...], dict[str, Any]], dict[str, Any]]:
    """Reflex does not enforce annotations: a client may send anything under any name."""
    hints = get_type_hints(handler)
    expected = inspect.Signature(list(inspect.signature(handler).parameters.values())[2:])
    adapters = {
        name: TypeAdapter(hints.get(name, Any), config=ConfigDict(strict=True))
        for name in expected.parameters
    }

    def check(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        try:
            given = expected.bind(*args, **kwargs).arguments
            return {name: adapters[name].validate_python(value) for name, value in given.items()}
        except (ValidationError, TypeError) as wrong:
            raise Invalid(text("error.bad_input")) from wrong

    return check


def _hide_first_argument(door: Callable[..., Any], handler: Callable[..., Any]) -> None:
    """The browser sends what follows `who`: Reflex must not see that parameter."""
    signature = inspect.signature(handler)
    kept = [
        parameter for index, parameter in enumerate(signature.parameters.values()) if index != 1
    ]
    door.__signature__ = signature.replace(parameters=kept)  # pyright: ignore[reportFunctionMemberAccess] — inspect reads it from any callable
    door.__annotations__ = {
        name: hint for name, hint in handler.__annotations__.items() if name != "who"
    }
    del door.__wrapped__  # pyright: ignore[reportFunctionMemberAccess] — or inspect would look through the door


async def _awaited(result: Any) -> Any:
    return await result if isinstance(result, Awaitable) else result
