"""The guided tour's bubble over a page, and the marks it points at."""

import reflex as rx
from reflex.components.component import NoSSRComponent

from saas_app.core.texts import under
from saas_app.ui.state.tour import Tour

_LIBRARY = "driver.js@1.8.0"


def _step_id(step: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (step,)


class Bubble(NoSSRComponent):
    """Walks the steps of the page it stands on, and says how far it came."""

    library = f"$/public{rx.asset('tour.jsx', shared=True)}"
    tag = "Tour"
    lib_dependencies: list[str] = [_LIBRARY]
    run: rx.Var[str]
    path: rx.Var[str]
    steps: rx.Var[list[dict[str, str]]]
    first: rx.Var[int]
    before: rx.Var[int]
    total: rx.Var[int]
    onward: rx.Var[str]
    backward: rx.Var[str]
    words: rx.Var[dict[str, str]]
    on_reach: rx.EventHandler[_step_id]
    on_close: rx.EventHandler[_step_id]
    on_finish: rx.EventHandler[rx.event.no_args_event_spec]


def tour() -> rx.Component:
    return Bubble.create(
        run=Tour.run,
        path=Tour.path,
        steps=Tour.steps,
        first=Tour.first,
        before=Tour.before,
        total=Tour.total,
        onward=Tour.onward,
        backward=Tour.backward,
        words=dict(under("tour.bubble")),
        on_reach=Tour.reach,
        on_close=Tour.close,
        on_finish=Tour.finish,
    )
