import pytest

from saas_app.billing import offer
from saas_app.billing.lifecycle import Happening
from saas_app.core.texts import has, text
from saas_app.entitlements import tidings, words
from saas_app.notifications import samples
from saas_app.plans import access, decide
from saas_app.plans.features import Feature

FACTS = {**samples.BILLING, "brand": "x", "origin": "x", "name": "x"}

NO_WAY_OUT = (
    "Nothing was lost or changed. No plan on sale goes further; write to us if you need more."
)


def refusal(feature: Feature, used: int = 0, item: str | None = None, plan: str = "free") -> str:
    standing = access.granted(offer.catalogue(), plan)
    return words.sentence(decide.decide(standing, feature, used=used, item=item), standing)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"feature": Feature.SYMBOLS, "item": "GBPJPY"},
            "Free does not include GBPJPY among its markets. Nothing was lost or changed. Pro includes it.",
        ),
        (
            {"feature": Feature.AI_PROMPTS, "used": 3},
            "Free includes 3 AI prompts and 3 are in use. Nothing was lost or changed. Pro raises this to 50.",
        ),
        (
            {"feature": Feature.SMS, "used": 100, "plan": "enterprise"},
            f"Enterprise includes 100 text messages and 100 are in use. {NO_WAY_OUT}",
        ),
        (
            {"feature": Feature.CHARTS, "item": "advanced"},
            "Free does not include “Advanced charts: indicators, log scale”. Nothing was lost or changed. Pro includes it.",
        ),
        (
            {"feature": Feature.FILES},
            f"This product does not come with files. {NO_WAY_OUT}",
        ),
    ],
)
def test_a_no_says_which_limit_what_is_kept_and_the_way_out(asked, said):
    assert refusal(**asked) == said


def test_every_feature_has_its_words():
    assert [f for f in Feature if not has(f"refusal.feature.{f.value}")] == []


@pytest.mark.parametrize("what", Happening)
def test_every_happening_has_its_notice_and_its_letter(what):
    for part in ("title", "body"):
        assert "{" not in text(f"notification.billing.{what.value}.{part}", **FACTS)
    if tidings._TELLINGS[what].by_mail:
        for part in ("subject", "heading", "body", "button"):
            assert "{" not in text(f"mail.billing.{what.value}.{part}", **FACTS)
