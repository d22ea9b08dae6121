"""What a catalogue may say, and that a faulty one tells everything at once."""

import pytest

from saas_app.plans.catalogue import Interval, TrialEnd, load
from saas_app.plans.faults import CatalogueRefused
from saas_app.plans.features import FEATURES, KIND_OF, Feature
from saas_app.plans.rules import check_live
from tests.unit.plans.conftest import CATALOGS

FILES = sorted(CATALOGS.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_shipped_catalogue_loads_under_its_own_name(file):
    assert load(file).id == file.stem


def test_the_five_product_lines_are_there():
    assert [file.stem for file in FILES] == [
        "binance-dashboard",
        "datilio",
        "signals",
        "terminal",
        "tidemark",
    ]


def test_every_feature_is_granted_by_some_plan():
    granted = {
        feature
        for file in FILES
        for plan in load(file).for_sale
        for feature, meter in load(file).meters.items()
        if plan.limits[feature] != meter.nothing
    }
    assert granted == set(Feature)


def test_every_feature_has_a_kind():
    assert KIND_OF.keys() == set(FEATURES.values())


def test_the_default_catalogue_sells_what_it_promises(tidemark):
    free, pro, enterprise = tidemark.for_sale
    assert (len(free.limits[Feature.SYMBOLS]), len(free.limits[Feature.TIMEFRAMES])) == (5, 3)
    assert (len(pro.limits[Feature.SYMBOLS]), len(pro.limits[Feature.TIMEFRAMES])) == (15, 9)
    assert str(pro.price(Interval.MONTH).amount) == "$29.00"
    assert str(pro.price(Interval.YEAR).amount) == "$290.00"
    assert (pro.trial_days, enterprise.checkout) == (14, "contact")
    assert tidemark.term(12) is Interval.YEAR
    assert tidemark.term(3) is None


def test_the_default_catalogue_may_go_live(tidemark):
    check_live(tidemark)


def test_a_provisional_price_may_not_go_live():
    with pytest.raises(
        CatalogueRefused, match=r"datilio\.toml\.plans\[datapilot-pro\]\.prices\[dt_pro_month_v1\]"
    ):
        check_live(load(CATALOGS / "datilio.toml"))


@pytest.mark.parametrize(
    ("end", "stripe", "card"),
    [
        (TrialEnd.CHARGE, "create_invoice", True),
        (TrialEnd.CANCEL, "cancel", False),
        (TrialEnd.PAUSE, "pause", False),
    ],
)
def test_the_end_of_a_trial_has_stripes_word(end, stripe, card):
    assert (end.missing_payment_method, end.needs_card) == (stripe, card)


FAULTS = {
    "text given as a number": (
        ('name = "Pro"', "name = 5"),
        r"plans\[pro\]\.name: should be a text on one line",
    ),
    "flag given as text": (
        ("trial_days = 14", 'trial_days = 14\npromotion_codes = "yes"'),
        r"promotion_codes: should be true or false",
    ),
    "unknown checkout": (
        ('checkout = "contact"', 'checkout = "phone"'),
        r"plans\[desk\]\.checkout: should be one of none, self, contact",
    ),
    "list given as text": (
        ("warn_at = [0.8, 1.0]", 'warn_at = "often"'),
        r"warn_at: should be a list",
    ),
    "table given as text": (
        ('tutorial = { kind = "flag" }', 'tutorial = "flag"'),
        r"meters\.tutorial: should be a table",
    ),
    "price that is no table": (
        (
            'prices = [{ lookup_key = "pro_v1", interval = "month", amount = 900 }]',
            "prices = [900]",
        ),
        r"prices\[0\]: should be a table",
    ),
    "ladder of one step": (
        ('levels = ["none", "basic", "full"]', 'levels = ["none"]'),
        r"meters\.charts\.levels: should name at least two",
    ),
    "window nobody counts": (
        ('window = "hour"', 'window = "week"'),
        r"api_requests\.window: should be one of",
    ),
    "no wait at all": (
        ("refresh_s = 5", "refresh_s = 0"),
        r"refresh_s: should be a whole number of seconds",
    ),
    "set of numbers": (
        ('symbols = ["A", "B"]', "symbols = [1, 2]"),
        r"limits\.symbols: should hold names only",
    ),
    "odd id": (('id = "desk"', 'id = "Desk!"'), r"id: should be lower-case"),
    "later generation": (
        ('id = "desk"', 'id = "desk"\ngeneration = 2'),
        r"is later than the catalogue's own",
    ),
    "rule for no stock": (
        ('files = "read_only"', 'files = "read_only"\nseats = "read_only"'),
        r"downgrade\.seats: is not among",
    ),
    "rule for no feature": (
        ('files = "read_only"', 'files = "read_only"\nyachts = "read_only"'),
        r"downgrade\.yachts: is not a feature",
    ),
    "fewest seats without seats": (
        ("amount = 900 }", "amount = 900, min = 3 }"),
        r"min: needs per",
    ),
    "seats and none": (
        (
            "amount = 900 }",
            "amount = 900, per = 'seat' }, { lookup_key = 'y', interval = 'year', amount = 9000 }",
        ),
        r"mix seats and subscriptions",
    ),
    "odd unit of sale": (
        ("amount = 900 }", "amount = 900, per = 'desk' }"),
        r"per: should be seat or subscription",
    ),
    "unlimited taken back": (
        ('charts = "full"', "ai_prompts = 5"),
        r"ai_prompts: gives less than pro",
    ),
    "trial of a contract": (
        ('checkout = "contact"', 'checkout = "contact"\ntrial_days = 14\ntrial_end = "pause"'),
        r"plans\[desk\]\.trial_days: needs checkout self",
    ),
    "unknown limit": (("files = 10", "filez = 10"), r"plans\[pro\]\.limits\.filez: is not among"),
    "unknown meter": (("files = { kind", "yachts = { kind"), r"meters\.yachts: is not a feature"),
    "kind the code does not ask for": (
        ('files = { kind = "stock"', 'files = { kind = "rate", window = "hour"'),
        r"meters\.files\.kind: should be stock",
    ),
    "count given as text": (
        ("files = 10", 'files = "ten"'),
        r"plans\[pro\]\.limits\.files: should be a whole number",
    ),
    "count given as a flag": (
        ("files = 10", "files = true"),
        r"limits\.files: should be a whole number",
    ),
    "negative count": (("files = 10", "files = -1"), r"limits\.files: should be a whole number"),
    "flag given as a count": (
        ("tutorial = true", "tutorial = 1"),
        r"limits\.tutorial: should be true or false",
    ),
    "unknown level": (
        ('charts = "basic"', 'charts = "best"'),
        r"limits\.charts: should be one of none, basic, full",
    ),
    "set given as text": (('["+", "C"]', '"C"'), r"limits\.symbols: should be a list"),
    "plus in the middle": (
        ('["+", "C"]', '["C", "+"]'),
        r"limits\.symbols: \"\+\" comes once, and first",
    ),
    "item twice": (('["+", "C"]', '["C", "C"]'), r"limits\.symbols: names an item twice"),
    "less on a higher rank": (
        ("files = 10", "files = 2"),
        r"plans\[pro\]\.limits\.files: gives less than free",
    ),
    "longer wait on a higher rank": (
        ("refresh_s = 5", "refresh_s = 61"),
        r"limits\.refresh_s: gives less than free",
    ),
    "fewer items on a higher rank": (
        ('["+", "C"]', '["A"]'),
        r"limits\.symbols: gives less than free",
    ),
    "self without prices": (
        ('prices = [{ lookup_key = "pro_v1", interval = "month", amount = 900 }]', ""),
        r"plans\[pro\]\.prices: and checkout self",
    ),
    "prices without self": (
        ('checkout = "self"', 'checkout = "contact"'),
        r"plans\[pro\]\.prices: and checkout self",
    ),
    "euros with cents": (
        ("amount = 900", "amount = 9.0"),
        r"prices\[pro_v1\]\.amount: should be a whole number",
    ),
    "nothing to pay": (
        ("amount = 900", "amount = 0"),
        r"prices\[pro_v1\]\.amount: should be a whole number of at least 1",
    ),
    "short trial": (("trial_days = 14", "trial_days = 6"), r"trial_days: should be 7 to 14"),
    "long trial": (("trial_days = 14", "trial_days = 15"), r"trial_days: should be 7 to 14"),
    "trial without an end": (('trial_end = "charge"', ""), r"only one of trial_days and trial_end"),
    "unknown key": (
        ('tagline = "For more."', 'tagline = "For more."\nbadge = "new"'),
        r"plans\[pro\]\.badge: is not a key",
    ),
    "missing key": (('tagline = "For more."', ""), r"plans\[pro\]\.tagline: is missing"),
    "unknown parent": (
        ('extends = "free"', 'extends = "gold"'),
        r"plans\[pro\]\.extends: should name a plan",
    ),
    "same rank": (("rank = 2", "rank = 1"), r"rank 1 is used by two plans"),
    "same number": (("number = 2", "number = 1"), r"number 1 is used by two plans"),
    "unknown default": (
        ('default_plan = "free"', 'default_plan = "gold"'),
        r"product\.default_plan: should name",
    ),
    "paid default": (
        ('default_plan = "free"', 'default_plan = "pro"'),
        r"rank 0 and checkout none",
    ),
    "no rule for a stock": (('files = "read_only"', ""), r"downgrade\.files: is missing"),
    "granted by nobody": (
        ("tutorial = true", "tutorial = false"),
        r"meters\.tutorial: is granted by no plan",
    ),
    "price used twice": (
        (
            "amount = 900 }",
            'amount = 900 }, { lookup_key = "pro_v1", interval = "year", amount = 9000 }',
        ),
        r"lookup_key 'pro_v1' is used by two",
    ),
    "two monthly prices": (
        (
            "amount = 900 }",
            'amount = 900 }, { lookup_key = "pro_v2", interval = "month", amount = 950 }',
        ),
        r"offer two prices a month",
    ),
    "term without a price": (
        ('default_plan = "free"', 'default_plan = "free"\nterms = [1, 12]'),
        r"term of 12 month",
    ),
    "term nobody sells": (
        ('default_plan = "free"', 'default_plan = "free"\nterms = [3]'),
        r"product\.terms: should list months",
    ),
    "falling notices": (("[0.8, 1.0]", "[1.0, 0.8]"), r"warn_at: should be rising"),
    "odd currency": (('"usd"', '"dollars"'), r"currency: should be three"),
    "grace too long": (("grace_days = 7", "grace_days = 31"), r"grace_days: should be at most 30"),
    "later schema": (("schema = 1", "schema = 2"), r"schema: should be 1"),
}


@pytest.mark.parametrize(("change", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_with_its_place(written, change, told):
    with pytest.raises(CatalogueRefused, match=told):
        load(written(change))


def test_a_quota_without_a_period_is_told(written):
    with pytest.raises(CatalogueRefused, match=r"ai_prompts\.period: should be one of day, month"):
        load(written(('period = "day"', 'period = "fortnight"')))


def test_every_fault_is_told_at_once(written):
    changes = [
        FAULTS[name][0]
        for name in ("unknown limit", "short trial", "euros with cents", "same number")
    ]
    with pytest.raises(CatalogueRefused) as refused:
        load(written(*changes))
    assert len(refused.value.faults) >= 4


def test_what_is_not_toml_is_told_with_its_line():
    with pytest.raises(CatalogueRefused, match=r"is not TOML.*line 2"):
        load("[catalogue]\nschema = = 1")


def test_a_retired_price_is_known_and_not_offered(written):
    read = load(
        written(
            (
                "amount = 900 }",
                'amount = 900 }, { lookup_key = "pro_v0", interval = "month", amount = 700, retired = true }',
            )
        )
    )
    assert read.priced("pro_v0")[0].id == "pro"
    assert read.plan("pro").price(Interval.MONTH).lookup_key == "pro_v1"


def test_an_older_generation_is_known_and_not_for_sale(written):
    older = """
[[plans]]
id = "pro"
generation = 1
number = 2
rank = 1
name = "Pro"
tagline = "As it was."
checkout = "self"
prices = [{ lookup_key = "pro_2025", interval = "month", amount = 500 }]
[plans.limits]
files = 4
refresh_s = 60
"""
    read = load(written(("generation = 1", "generation = 2")) + older)
    assert [(plan.id, plan.generation) for plan in read.for_sale] == [
        ("free", 2),
        ("pro", 2),
        ("desk", 2),
    ]
    assert read.priced("pro_2025")[0].limits[Feature.FILES] == 4
    assert read.numbered(2).generation == 2
