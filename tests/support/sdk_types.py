"""The SDK's own parameter types as a judge: every key, every nested map, and every word of a list of words.

The types end each list of words with `str`, so that a newer word still passes a type checker.
Here it does not: what we send shall be a word the SDK knows.
"""

import ast
import functools
import importlib
import re
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

import pydantic
import stripe
from stripe import RequestOptions
from typing_extensions import TypedDict, is_typeddict

# Names the SDK imports for type checkers alone.
_TYPING_ONLY = {"StripeContext": Any, "Mapping": Mapping}
_OPTIONS = frozenset(RequestOptions.__annotations__)


def faults(method: str, path: str, params: Mapping[str, Any]) -> list[str]:
    """What the SDK's types would not allow in a request whose values are still text."""
    name, found = _operation(method, path)
    if name is None:
        return [f"{method} {path}: the SDK has no such call"]
    if found is None:
        return [f"{name}: takes no parameters"] if params else []
    try:
        _adapter(found).validate_python(dict(params))
    except pydantic.ValidationError as refused:
        return [f"{name}: {_where(each['loc'])} {each['msg']}" for each in refused.errors()]
    return []


def _where(place: tuple[int | str, ...]) -> str:
    return "/".join(map(str, place))


def _operation(method: str, path: str) -> tuple[str | None, str | None]:
    asked = f"{method} {path}"
    fitting = [(name, taken) for pattern, name, taken in _operations() if pattern.fullmatch(asked)]
    return min(fitting, key=lambda each: each[0].count("{"), default=(None, None))


@functools.cache
def _operations() -> list[tuple[re.Pattern[str], str, str | None]]:
    """Every call of the SDK: its address and the name of the type its parameters have."""
    folder = Path(stripe.__file__).parent
    found = {
        call for source in folder.rglob("_*_service.py") for call in _calls_in(source.read_text())
    }
    return [
        (re.compile(re.sub(r"\{\w+\}", "[^/]+", name)), name, taken)
        for name, taken in sorted(found, key=str)
    ]


def _calls_in(source: str) -> set[tuple[str, str | None]]:
    tree = ast.parse(source)
    modules = {
        alias.name: f"{node.module}:{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    found: set[tuple[str, str | None]] = set()
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        taken = next(
            (_type_named(a.annotation) for a in function.args.args if a.arg == "params"), ""
        )
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "_request":
                method, path = (_text(argument) for argument in call.args[:2])
                found.add((f"{method.upper()} {path}", modules.get(taken)))
    return found


def _type_named(annotation: ast.expr | None) -> str:
    words = (
        node.value for node in ast.walk(annotation or ast.Tuple()) if isinstance(node, ast.Constant)
    )
    return next((word for word in words if isinstance(word, str)), "")


def _text(node: ast.expr) -> str:
    return next(
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


@functools.cache
def _adapter(name: str) -> pydantic.TypeAdapter[Any]:
    module, _, taken = name.partition(":")
    return pydantic.TypeAdapter(_closed(getattr(importlib.import_module(module), taken)))


@functools.cache
def _closed(kind: Any) -> Any:
    """The same map, with no other keys and no other words."""
    hints = get_type_hints(kind, localns=_TYPING_ONLY, include_extras=True)
    # Some maps also name the options of a call, which travel as headers.
    own = {key: _strict(hint) for key, hint in hints.items() if key not in _OPTIONS}
    made: Any = TypedDict(kind.__name__, own)
    made.__pydantic_config__ = {"extra": "forbid"}
    return made


def _strict(hint: Any) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        return _closed(hint)
    if origin in {Required, NotRequired}:
        return origin[_strict(args[0])]
    if origin in {Union, types.UnionType}:
        return Union[tuple(_without_any_word(args))]  # noqa: UP007 — the members are only known now
    if origin in {list, dict}:
        return origin[tuple(map(_strict, args))]
    return hint


def _without_any_word(args: tuple[Any, ...]) -> list[Any]:
    words = any(get_origin(each) is Literal and get_args(each) != ("",) for each in args)
    return [
        _strict(each)
        for each in args
        if not (words and each is str) and "StripeObject" not in str(each)
    ]


def known(method: str, path: str) -> dict[str, frozenset[str]]:
    """Every parameter of a call by its dotted place, with its words where it is a list of words."""
    _, taken = _operation(method, path)
    if taken is None:
        return {}
    module, _, name = taken.partition(":")
    return dict(_places(_closed(getattr(importlib.import_module(module), name)), ""))


def _places(hint: Any, at: str) -> Iterator[tuple[str, frozenset[str]]]:
    if is_typeddict(hint):
        for key, each in get_type_hints(hint, include_extras=True).items():
            place = f"{at}.{key}" if at else key
            yield place, frozenset(_words(each))
            yield from _places(each, place)
    elif get_origin(hint) is not dict:
        for each in get_args(hint):
            yield from _places(each, at)


def _words(hint: Any) -> Iterator[str]:
    if get_origin(hint) is Literal:
        yield from (word for word in get_args(hint) if word)
    elif get_origin(hint) is not dict and not is_typeddict(hint):
        for each in get_args(hint):
            yield from _words(each)
