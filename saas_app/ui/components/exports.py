"""Files to take away, or the plan that gives them and why this one does not."""

from dataclasses import dataclass

import reflex as rx

from saas_app.core.texts import text
from saas_app.market import exported
from saas_app.plans.access import Access
from saas_app.ui import routes
from saas_app.ui.components.links import outward


@dataclass(frozen=True, slots=True)
class Files:
    """Addresses of both forms; `locked` says which plan has them, `why` where that is explained."""

    csv: str = ""
    json: str = ""
    locked: str = ""
    why: str = ""


def files(standing: Access, what: str, query: str) -> Files:
    """Of one list, as it is filtered; for a plan that exports nothing, the one that does."""
    denied = exported.why_not(standing, "csv")
    if denied is None:
        return Files(
            f"{routes.export(what, 'csv')}{query}", f"{routes.export(what, 'json')}{query}"
        )
    plan = standing.catalogue.find(denied.upgrade_to)
    locked = text("exports.locked_in", plan=plan.name) if plan else text("exports.locked")
    return Files(locked=locked, why=routes.why(denied.feature))


def exports(files: Files) -> rx.Component:
    """Both files, or why there are none."""
    return rx.cond(
        files.locked == "",
        rx.el.span(
            _file(text("exports.csv"), files.csv),
            _file(text("exports.json"), files.json),
            class_name="row",
        ),
        rx.el.a(
            rx.icon("lock", size=14),
            files.locked,
            href=files.why,
            class_name="button button--quiet button--small",
            custom_attrs={"data-testid": "export-locked"},
        ),
    )


def _file(words: str, href: str) -> rx.Component:
    return outward(
        rx.icon("download", size=16),
        words,
        href=href,
        download=True,
        class_name="button button--secondary button--small",
    )
