"""Whatever is written, extending adds and climbing never takes away."""

from hypothesis import given
from hypothesis import strategies as st

from saas_app.plans import access, limits
from saas_app.plans.catalogue import load
from saas_app.plans.decide import decide
from saas_app.plans.faults import CatalogueRefused
from saas_app.plans.features import Feature, Kind, Meter, gives_at_least
from tests.unit.plans.conftest import SMALL

SYMBOLS = Meter(Feature.SYMBOLS, Kind.SET)
names = st.sets(st.sampled_from("ABCDEFGH"), max_size=8)
counts = st.integers(0, 12)


@given(inherited=names, own=names)
def test_plus_means_everything_inherited_and_what_is_listed(inherited, own):
    assert (
        limits.read(SYMBOLS, ["+", *sorted(own)], inherited=frozenset(inherited)) == inherited | own
    )


@given(inherited=names, own=names)
def test_without_plus_a_list_stands_alone(inherited, own):
    assert limits.read(SYMBOLS, sorted(own), inherited=frozenset(inherited)) == own


@given(low=counts, high=counts)
def test_a_ladder_is_accepted_exactly_when_it_never_falls(low, high):
    text = SMALL.replace("files = 10", f"files = {high} ").replace(
        "files = 3\n", f"files = {low}\n"
    )
    try:
        load(text)
        accepted = True
    except CatalogueRefused:
        accepted = False
    assert accepted is (high >= low and high > 0)


@given(
    used=counts,
    adding=counts,
    item=st.sampled_from("ABCD"),
    level=st.sampled_from(["none", "basic", "full"]),
)
def test_whatever_a_plan_allows_the_next_allows_too(used, adding, item, level):
    read = load(SMALL)
    ladder = [access.granted(read, plan.id) for plan in read.for_sale]
    for feature, meter in read.meters.items():
        asked = level if meter.kind is Kind.LEVEL else item
        answers = [
            decide(rung, feature, used=used, adding=adding, item=asked).allowed for rung in ladder
        ]
        assert answers == sorted(answers)


@given(
    a=st.one_of(st.none(), counts), b=st.one_of(st.none(), counts), c=st.one_of(st.none(), counts)
)
def test_giving_at_least_is_an_order(a, b, c):
    meter = Meter(Feature.FILES, Kind.STOCK)
    assert gives_at_least(meter, a, a)
    assert gives_at_least(meter, a, b) or gives_at_least(meter, b, a)
    if gives_at_least(meter, a, b) and gives_at_least(meter, b, c):
        assert gives_at_least(meter, a, c)
