from pathlib import Path

import pytest

from saas_app.plans import access, catalogue

CATALOGS = Path(__file__).parents[3] / "catalogs"


@pytest.fixture(scope="session")
def tidemark() -> catalogue.Catalogue:
    return catalogue.load(CATALOGS / "tidemark.toml")


@pytest.fixture
def on(tidemark):
    """`on("pro")`: the access of a workspace that has this plan."""

    def _on(plan: str, **overrides: object) -> access.Access:
        return access.granted(tidemark, plan, overrides=overrides)

    return _on


@pytest.fixture(scope="session")
def written():
    """A small valid catalogue as text, with words of it replaced: `written(("14", "15"))`."""

    def _written(*changes: tuple[str, str]) -> str:
        text = SMALL
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        return text

    return _written


SMALL = """
[catalogue]
schema = 1
generation = 1
currency = "usd"
warn_at = [0.8, 1.0]
grace_days = 7
[catalogue.downgrade]
files = "read_only"
[product]
id = "small"
name = "Small"
default_plan = "free"
[meters]
symbols = { kind = "set" }
charts = { kind = "level", levels = ["none", "basic", "full"] }
tutorial = { kind = "flag" }
files = { kind = "stock" }
ai_prompts = { kind = "quota", period = "day" }
api_requests = { kind = "rate", window = "hour" }
file_size_mb = { kind = "cap", unit = "MB" }
refresh_s = { kind = "every" }
[[plans]]
id = "free"
number = 1
rank = 0
name = "Free"
tagline = "For a start."
checkout = "none"
[plans.limits]
symbols = ["A", "B"]
files = 3
ai_prompts = 3
api_requests = 3
file_size_mb = 3
refresh_s = 60
[[plans]]
id = "pro"
number = 2
rank = 1
extends = "free"
name = "Pro"
tagline = "For more."
checkout = "self"
trial_days = 14
trial_end = "charge"
prices = [{ lookup_key = "pro_v1", interval = "month", amount = 900 }]
[plans.limits]
symbols = ["+", "C"]
charts = "basic"
tutorial = true
files = 10
ai_prompts = "unlimited"
api_requests = 10
file_size_mb = 10
refresh_s = 5
[[plans]]
id = "desk"
number = 3
rank = 2
extends = "pro"
name = "Desk"
tagline = "For all."
checkout = "contact"
[plans.limits]
charts = "full"
"""
