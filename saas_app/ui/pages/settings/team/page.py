"""Members, who was asked, seats; below it one's own workspaces and what happened in this one."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.forms import labelled, post_form, submit_small
from saas_app.ui.components.lists import skeleton
from saas_app.ui.components.lock import lock
from saas_app.ui.layouts.settings import card, settings_page
from saas_app.ui.pages.market.parts import meter
from saas_app.ui.pages.settings.team import parts
from saas_app.ui.pages.settings.team.state import Team

_SEEN = Team.seen


def page() -> rx.Component:
    return settings_page(
        rx.cond(
            Team.ready,
            rx.fragment(
                rx.cond(_SEEN.invited, _invited()),
                _members(),
                rx.cond(_SEEN.manages, rx.cond(_SEEN.locked, _locked(), _invite())),
                rx.cond(_SEEN.looks_back, _activity()),
                _places(),
                rx.cond(_SEEN.owner, rx.cond(_SEEN.heirs, _hand_over()), _leave()),
            ),
            skeleton(4, "120px"),
        ),
        here=routes.SETTINGS_TEAM,
    )


def _members() -> rx.Component:
    return card(
        _SEEN.name,
        text("team_page.members_text"),
        rx.cond(_SEEN.meter.state != "none", meter(_SEEN.meter)),
        rx.el.ul(rx.foreach(_SEEN.members, parts.member), class_name="rows"),
        rx.cond(_SEEN.renames, _rename()),
        anchor="members",
    )


def _rename() -> rx.Component:
    return rx.el.details(
        rx.el.summary(text("team_page.rename")),
        rx.el.form(
            parts.text_field("name", text("team_page.name"), Team.problems["name"], _SEEN.name),
            submit_small(text("team_page.save"), primary=False),
            on_submit=Team.rename,
            class_name="form",
        ),
    )


def _invite() -> rx.Component:
    return card(
        text("team_page.invite"),
        text("team_page.invite_text"),
        rx.el.form(
            parts.text_field("email", text("form.email"), Team.problems["email"], "", kind="email"),
            labelled(
                "role",
                text("team_page.role"),
                rx.el.select(
                    rx.foreach(_SEEN.roles, parts.option),
                    id="role",
                    name="role",
                    class_name="field__input",
                ),
            ),
            submit_small(text("team_page.send")),
            rx.cond(
                Team.answer != "",
                rx.el.p(
                    Team.answer,
                    class_name="form__status",
                    role="status",
                    custom_attrs={"data-tone": rx.cond(Team.refused, "bad", "good")},
                ),
            ),
            on_submit=Team.invite,
            no_validate=True,
            class_name="form",
        ),
        rx.cond(
            _SEEN.asked,
            rx.fragment(
                rx.el.h3(text("team_page.waiting")),
                rx.el.ul(rx.foreach(_SEEN.asked, parts.asked), class_name="rows"),
            ),
        ),
        anchor="invite",
    )


def _locked() -> rx.Component:
    return lock(
        text("team_page.locked"),
        text("team_page.locked_text"),
        _SEEN.lifted_by,
        why=routes.why("seats"),
    )


def _invited() -> rx.Component:
    return card(
        text("team_page.invited"),
        text("team_page.invited_text"),
        rx.el.ul(rx.foreach(_SEEN.invited, parts.invited), class_name="rows"),
        anchor="invited",
    )


def _places() -> rx.Component:
    return card(
        text("team_page.places"),
        text("team_page.places_text"),
        rx.el.ul(rx.foreach(_SEEN.places, parts.place), class_name="rows"),
        anchor="places",
    )


def _activity() -> rx.Component:
    return card(
        text("team_page.activity"),
        "",
        rx.cond(
            _SEEN.deeds,
            rx.el.ul(rx.foreach(_SEEN.deeds, parts.deed), class_name="rows"),
            rx.el.p(text("team_page.nothing_yet"), class_name="quiet"),
        ),
        anchor="activity",
    )


def _hand_over() -> rx.Component:
    return card(
        text("team_page.hand_over"),
        text("team_page.hand_over_text"),
        rx.el.details(
            rx.el.summary(text("team_page.hand_over_open")),
            post_form(
                "/api/workspace/hand-over",
                labelled(
                    "member_id",
                    text("team_page.heir"),
                    rx.el.select(
                        rx.foreach(_SEEN.heirs, parts.option),
                        id="member_id",
                        name="member_id",
                        class_name="field__input",
                    ),
                ),
                submit_small(text("team_page.hand_over_button"), danger=True),
            ),
        ),
        anchor="hand-over",
    )


def _leave() -> rx.Component:
    return card(
        text("team_page.leave"),
        text("team_page.leave_text"),
        rx.el.details(
            rx.el.summary(text("team_page.leave_open")),
            post_form(
                "/api/workspace/leave",
                submit_small(text("team_page.leave_button"), danger=True),
            ),
        ),
        anchor="leave",
    )
