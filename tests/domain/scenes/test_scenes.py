from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import select

from saas_app import scenes
from saas_app.accounts import email_address, login, people
from saas_app.accounts.models import User
from saas_app.billing import publication
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.entitlements import summary
from saas_app.market import current, watchlist
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.onboarding import wizard
from saas_app.scenes import SCENES
from saas_app.workspaces import memberships


@pytest.fixture(autouse=True)
def prices():
    current.install(Board([DemoSource()]))


def person(scene):
    with snapshot() as session:
        return people.by_address(session, email_address.parse(SCENES[scene].email))


def standing(scene):
    user = person(scene)
    with snapshot() as session:
        workspace = memberships.personal_of(session, user.id)
        return (
            summary.of(session, workspace.id, clock.now()),
            watchlist.count(session, workspace.id),
            wizard.finished(session, user.id),
        )


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_played_twice_is_there_once(stripe_world, name):
    first, second = SCENES[name].play(), SCENES[name].play()
    assert first == [f"{SCENES[name].email}: {SCENES[name].about}"]
    assert second == [f"{SCENES[name].email} is there already; nothing was changed."]
    with snapshot() as session:
        assert len(session.exec(select(User)).all()) == 1


@pytest.mark.parametrize("name", SCENES)
def test_demo_people_log_in_with_the_printed_password(stripe_world, name):
    SCENES[name].play()
    user = login.authenticate(SCENES[name].email, scenes.PASSWORD, place="here")
    assert user.email_verified_at is not None


@pytest.mark.parametrize(
    ("catalog", "plan", "watched"),
    [
        ("binance-dashboard", "pro", 2),
        ("datilio", "datapilot-pro", 0),
        ("signals", "pro", 3),
        ("terminal", "pro", 3),
        ("tidemark", "pro", 3),
    ],
)
def test_every_catalogue_plays_every_scene(configured, stripe_world, catalog, plan, watched):
    configured.catalog = catalog
    publication.apply()
    for scene in SCENES.values():
        assert scene.play() == [f"{scene.email}: {scene.about}"]
    found, on_the_list, _ = standing("trial-ending")
    assert (found.plan, found.status, on_the_list) == (plan, "trialing", watched)


def test_no_catalogue_is_left_out():
    (marked,) = test_every_catalogue_plays_every_scene.pytestmark
    files = Path(scenes.__file__).parents[1].glob("catalogs/*.toml")
    assert [name for name, *_ in marked.args[1]] == sorted(file.stem for file in files)


def test_a_newcomer_meets_the_wizard_first(stripe_world):
    SCENES["fresh"].play()
    found, watched, finished = standing("fresh")
    assert (found.plan, watched, finished) == ("free", 0, False)


def test_staff_run_the_business_and_have_settled_in(stripe_world):
    SCENES["staff"].play()
    assert person("staff").is_staff
    _, watched, finished = standing("staff")
    assert (watched, finished) == (3, True)


def test_the_trial_ends_in_two_days(stripe_world):
    SCENES["trial-ending"].play()
    found, watched, _ = standing("trial-ending")
    assert (found.plan, found.status, watched) == ("pro", "trialing", 3)
    left = found.trial_end - clock.now()
    assert timedelta(days=1, hours=23) < left <= timedelta(days=2)
    assert person("trial-ending").plan_type == "pro"


def test_a_scene_interrupted_half_way_is_finished_the_next_time(stripe_world):
    stripe_world.fault(api_down=100)
    with pytest.raises(Exception, match="payment service"):
        SCENES["trial-ending"].play()
    stripe_world.fault(clear=True)
    SCENES["trial-ending"].play()
    found, watched, _ = standing("trial-ending")
    assert (found.plan, found.status, watched) == ("pro", "trialing", 3)


@pytest.mark.parametrize(
    "values", [{"stripe_secret_key": SecretStr("sk_test_x")}, {"env": "production"}]
)
@pytest.mark.parametrize("name", SCENES)
def test_demo_people_never_exist_where_real_ones_are(database, configured, name, values):
    for field, value in values.items():
        setattr(configured, field, value)
    with pytest.raises(scenes.NotInSandbox):
        SCENES[name].play()
    with snapshot() as session:
        assert session.exec(select(User)).all() == []
