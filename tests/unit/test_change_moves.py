"""The table of changes: what begins now, what waits, what is refused. Pure."""

from dataclasses import replace
from pathlib import Path

import pytest

from saas_app.billing.change_plan import discounting, moves
from saas_app.billing.change_plan.moves import Bought, Hindrance, Standing, Step, When
from saas_app.core import clock
from saas_app.plans import catalogue as plans
from saas_app.plans.access import Status

CATALOGS = Path(__file__).parents[2] / "catalogs"
ELITES = plans.load(CATALOGS / "binance-dashboard.toml")
_TEAM = (CATALOGS / "datilio.toml").read_text()
SEATS = plans.load(_TEAM.replace("seats_follow_members = true\n", ""))
FOLLOWING = plans.load(_TEAM)


def bought(key: str, seats: int = 1, catalogue=ELITES) -> Bought:
    plan, price = catalogue.priced(key)
    return Bought(plan, price, seats)


PRO_MONTH, PRO_YEAR = bought("bd_pro_month_v1"), bought("bd_pro_year_v1")
ELITE_MONTH, ELITE_YEAR = bought("bd_elite_month_v1"), bought("bd_elite_year_v1")
RUNNING = Standing(Status.ACTIVE, PRO_MONTH)


def team(seats: int, interval: str = "month") -> Bought:
    return bought(f"dt_team_{interval}_v1", seats, SEATS)


@pytest.mark.parametrize(
    ("now", "wanted", "when"),
    [
        (PRO_MONTH, ELITE_MONTH, When.NOW),
        (PRO_MONTH, ELITE_YEAR, When.NOW),
        (PRO_YEAR, ELITE_MONTH, When.NOW),
        (PRO_MONTH, PRO_YEAR, When.NOW),
        (PRO_YEAR, PRO_MONTH, When.PERIOD_END),
        (ELITE_MONTH, PRO_MONTH, When.PERIOD_END),
        (ELITE_MONTH, PRO_YEAR, When.PERIOD_END),
        (ELITE_YEAR, PRO_MONTH, When.PERIOD_END),
        (PRO_MONTH, PRO_MONTH, Hindrance.NOTHING_CHANGES),
    ],
)
def test_more_begins_now_and_less_waits_for_the_end_of_the_period(now, wanted, when):
    assert moves.decide(ELITES, replace(RUNNING, bought=now), wanted) == when


@pytest.mark.parametrize(
    ("now", "wanted", "when"),
    [
        (team(3), team(4), When.NOW),
        (team(4), team(3), When.PERIOD_END),
        (team(4), team(3, "year"), When.PERIOD_END),
        (team(3), team(4, "year"), When.NOW),
        (team(3, "year"), team(4), When.PERIOD_END),
        (team(3), team(3), Hindrance.NOTHING_CHANGES),
    ],
)
def test_seats_follow_the_same_rule(now, wanted, when):
    assert moves.decide(SEATS, replace(RUNNING, bought=now), wanted) == when


@pytest.mark.parametrize(
    ("members", "when"),
    [(3, When.PERIOD_END), (4, When.PERIOD_END), (5, Hindrance.SEATS_IN_USE)],
)
def test_seats_never_fall_below_the_people_who_sit_on_them(members, when):
    standing = replace(RUNNING, bought=team(6), members=members)
    assert moves.decide(SEATS, standing, team(4)) == when


@pytest.mark.parametrize(
    ("members", "seats", "when"),
    [
        (5, 5, When.NOW),
        (5, 6, Hindrance.SEATS_FOLLOW),
        (1, 3, When.NOW),
        (1, 4, Hindrance.SEATS_FOLLOW),
    ],
)
def test_where_seats_follow_the_members_nobody_chooses_them(members, seats, when):
    now = replace(RUNNING, bought=bought("dt_pro_month_v1", 1, FOLLOWING), members=members)
    wanted = bought("dt_team_month_v1", seats, FOLLOWING)
    assert moves.decide(FOLLOWING, now, wanted) is when


@pytest.mark.parametrize("wanted", [ELITE_MONTH, PRO_YEAR, ELITE_YEAR])
def test_in_a_trial_every_change_is_at_once_and_free(wanted):
    trial = replace(RUNNING, status=Status.TRIALING)
    assert moves.decide(ELITES, trial, wanted) is When.IN_TRIAL


def test_in_a_trial_a_smaller_plan_is_at_once_too():
    trial = replace(RUNNING, status=Status.TRIALING, bought=ELITE_MONTH)
    assert moves.decide(ELITES, trial, PRO_MONTH) is When.IN_TRIAL


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"status": Status.PAST_DUE}, Hindrance.PAY_FIRST),
        ({"status": Status.UNPAID}, Hindrance.PAY_FIRST),
        ({"status": Status.PAUSED}, Hindrance.PAUSED),
        ({"status": Status.CANCELED}, Hindrance.NO_SUBSCRIPTION),
        ({"status": Status.INCOMPLETE}, Hindrance.NO_SUBSCRIPTION),
        ({"status": Status.INCOMPLETE_EXPIRED}, Hindrance.NO_SUBSCRIPTION),
        ({"ending": True}, Hindrance.ENDING),
        ({"waits_for_payment": True}, Hindrance.WAITS_FOR_PAYMENT),
        ({"by_invoice": True}, Hindrance.BY_CONTRACT),
        ({"bought": None}, Hindrance.BY_CONTRACT),
    ],
)
def test_what_stands_in_the_way_says_so(facts, why):
    assert moves.decide(ELITES, replace(RUNNING, **facts), ELITE_MONTH) is why


def test_every_status_was_thought_of():
    assert set(Status) == {Status.TRIALING, Status.ACTIVE, *moves._BY_STATUS}


def test_between_generations_what_the_plans_give_decides():
    lines = (CATALOGS / "binance-dashboard.toml").read_text()
    pro = ELITES.plan("pro")
    older = replace(pro, generation=0, rank=9)
    assert "generation = 1" in lines
    assert moves.plan_step(ELITES, older, ELITES.plan("elite")) is Step.UP
    assert moves.plan_step(ELITES, replace(ELITES.plan("elite"), generation=0), pro) is Step.DOWN


@pytest.mark.parametrize(
    ("discounts", "left"),
    [
        ([], 1000),
        ([{"percent_off": 25}], 750),
        ([{"percent_off": 12.5}], 875),
        ([{"amount_off_cents": 300}], 700),
        ([{"amount_off_cents": 1300}], 0),
        ([{"percent_off": 50}, {"amount_off_cents": 100}], 400),
        ([{"percent_off": 50, "ends_at": "2000-01-01T00:00:00+00:00"}], 1000),
        ([{"percent_off": 50, "ends_at": "2999-01-01T00:00:00+00:00"}], 500),
    ],
)
def test_the_next_charge_is_less_by_what_still_runs_then(discounts, left):
    assert discounting.after(1000, discounts, at=clock.now()) == left
