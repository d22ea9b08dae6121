"""What a press led to, said where it was pressed: an answer with the plan that would do, a way to undo."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes


def answered(
    ident: str,
    words: str | rx.Var[str],
    lifted_by: str | rx.Var[str],
    *,
    refused: bool | rx.Var[bool],
) -> rx.Component:
    """What became of the last press; a refusal brings the plan that would do."""
    return rx.el.div(
        rx.cond(
            words != "",
            rx.el.div(
                rx.el.p(words),
                rx.cond(
                    lifted_by != "",
                    rx.el.a(text("lock.see_plan"), " ", lifted_by, href=routes.PRICING),
                ),
                class_name="form__status stack stack--tight",
                custom_attrs={
                    "data-tone": rx.cond(refused, "bad", "good"),
                    "data-testid": "answer",
                },
            ),
        ),
        id=ident,
        role="status",
        class_name="slot",
    )


def undo_banner(words: str | rx.Var[str], put_back: rx.event.EventCallback[()]) -> rx.Component:
    """Announced when it appears, and takes the focus that went with the removed row."""
    return rx.el.div(
        rx.cond(
            words != "",
            rx.el.div(
                rx.el.p(words, class_name="banner__text"),
                rx.el.button(
                    text("watchlist.undo"),
                    type="button",
                    on_click=put_back,
                    auto_focus=True,
                    key=words,
                    class_name="button button--secondary button--small",
                    custom_attrs={"data-testid": "undo"},
                ),
                class_name="banner",
            ),
        ),
        role="status",
        class_name="slot",
    )
