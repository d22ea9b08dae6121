"""The manners of the API: keys, errors, idempotency, pages, expansion, forms."""

import httpx
import pytest
import stripe

from sandbox import forms
from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop


@pytest.mark.parametrize("key", ["sk_live_51abc", "rk_live_51abc"])
def test_a_live_key_is_refused_and_told_why(sandbox: Sandbox, key: str) -> None:
    client = stripe.StripeClient(key, base_addresses=sandbox.base_addresses)

    with pytest.raises(stripe.AuthenticationError, match="never touches real money"):
        client.v1.customers.create({})


def test_a_request_without_a_key_is_refused(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.base_url}/v1/customers")

    assert answer.status_code == 401
    assert "sk_test_" in answer.json()["error"]["message"]


def test_every_answer_names_its_request_and_so_do_its_events(shop: Shop) -> None:
    customer = shop.customer()

    request = shop.events("customer.created")[0].request
    assert customer.last_response.request_id.startswith("req_")
    assert request.id == customer.last_response.request_id


def test_an_unknown_parameter_is_refused_by_name(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.v1.customers.create({"e_mail": "ada@example.com"})  # pyright: ignore[reportArgumentType]

    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "e_mail")


def test_an_unknown_parameter_deep_inside_is_refused_by_its_whole_name(shop: Shop) -> None:
    price = shop.price()

    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.checkout(price.id, subscription_data={"coupon": "x"})

    assert refused.value.param == "subscription_data[coupon]"


def test_a_missing_parameter_is_named(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.v1.products.create({})  # pyright: ignore[reportArgumentType]

    assert (refused.value.code, refused.value.param) == ("parameter_missing", "name")


def test_a_missing_object_is_a_404_that_says_which(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.v1.customers.retrieve("cus_nobody")

    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_one_kind_of_object_is_not_found_under_another(shop: Shop) -> None:
    price = shop.price()

    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        shop.v1.customers.retrieve(price.id)


def test_a_deleted_customer_is_answered_as_deleted(shop: Shop) -> None:
    customer = shop.customer()
    shop.v1.customers.delete(customer.id)

    assert shop.v1.customers.retrieve(customer.id).deleted
    assert not shop.v1.customers.list().data


def test_the_same_key_and_parameters_get_the_same_answer_once(shop: Shop) -> None:
    params, options = {"email": "ada@example.com"}, {"idempotency_key": "customer:1"}
    first = shop.v1.customers.create(params, options)
    again = shop.v1.customers.create(params, options)

    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(shop.v1.customers.list().data) == 1


def test_the_same_key_with_other_parameters_is_refused(shop: Shop) -> None:
    options = {"idempotency_key": "customer:1"}
    shop.v1.customers.create({"email": "ada@example.com"}, options)

    with pytest.raises(stripe.IdempotencyError):
        shop.v1.customers.create({"email": "ben@example.com"}, options)


def test_a_refused_request_does_not_use_up_its_key(shop: Shop) -> None:
    options = {"idempotency_key": "price:1"}
    product = {"name": "Pro"}
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.prices.create({"currency": "usd", "unit_amount": 1, "product": "no"}, options)

    params = {"currency": "usd", "unit_amount": 1, "product_data": product}
    assert shop.v1.prices.create(params, options).unit_amount == 1


def test_pages_are_newest_first_and_join_without_gap_or_double(shop: Shop) -> None:
    made = [shop.v1.customers.create({"name": str(n)}).id for n in range(7)]

    first = shop.v1.customers.list({"limit": 3})
    assert first.has_more
    assert [c.id for c in first.data] == made[:3:-1]
    assert [c.id for c in shop.v1.customers.list({"limit": 3}).auto_paging_iter()] == made[::-1]


def test_a_page_before_a_cursor_is_the_newer_neighbours(shop: Shop) -> None:
    made = [shop.v1.customers.create({"name": str(n)}).id for n in range(5)]

    newer = shop.v1.customers.list({"ending_before": made[0], "limit": 2})

    assert [c.id for c in newer.data] == [made[2], made[1]]
    assert newer.has_more


@pytest.mark.parametrize(("limit", "more"), [(2, True), (3, False), (4, False)])
def test_a_page_knows_whether_it_is_the_last(shop: Shop, limit: int, *, more: bool) -> None:
    for name in "abc":
        shop.v1.customers.create({"name": name})

    assert shop.v1.customers.list({"limit": limit}).has_more is more


def test_an_update_that_changes_nothing_is_no_event(shop: Shop) -> None:
    customer = shop.customer(name="Ada")
    shop.v1.customers.update(customer.id, {"name": "Ada"})
    assert not shop.events("customer.updated")

    shop.v1.customers.update(customer.id, {"name": "Ada L."})
    assert shop.events("customer.updated")[0].data.previous_attributes.to_dict() == {"name": "Ada"}


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_holds_one_to_a_hundred(shop: Shop, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="between 1 and 100"):
        shop.v1.customers.list({"limit": limit})


def test_expansion_goes_as_deep_as_it_is_asked(shop: Shop) -> None:
    shop.subscribe(shop.price().id)

    expand = ["data.latest_invoice.payments.data.payment.payment_intent", "data.customer"]
    found = shop.v1.subscriptions.list({"expand": expand}).data[0]

    payment = found.latest_invoice.payments.data[0].payment
    assert found.customer.email == "ada@example.com"
    assert payment.payment_intent.status == "succeeded"


def test_what_cannot_be_expanded_says_so(shop: Shop) -> None:
    customer = shop.customer()

    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        shop.v1.customers.retrieve(customer.id, {"expand": ["wishes"]})


def test_metadata_is_merged_and_an_empty_value_forgets_its_key(shop: Shop) -> None:
    customer = shop.customer(metadata={"kept": "1", "gone": "1"})

    after = shop.v1.customers.update(customer.id, {"metadata": {"gone": "", "new": "2"}})

    assert after.metadata.to_dict() == {"kept": "1", "new": "2"}


def test_a_lookup_key_moves_only_when_asked_to(shop: Shop) -> None:
    old = shop.price(lookup_key="pro")
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        shop.price(3900, lookup_key="pro")

    new = shop.price(3900, lookup_key="pro", transfer_lookup_key=True)

    assert [p.id for p in shop.v1.prices.list({"lookup_keys": ["pro"]}).data] == [new.id]
    assert shop.v1.prices.retrieve(old.id).lookup_key is None


def test_the_amount_of_a_price_cannot_change(shop: Shop) -> None:
    price = shop.price()

    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: unit_amount"):
        shop.v1.prices.update(price.id, {"unit_amount": 1})  # pyright: ignore[reportArgumentType]


def test_a_customer_pays_in_one_currency_for_ever(shop: Shop) -> None:
    customer = shop.customer("pm_card_visa")
    shop.subscribe(shop.price().id, customer=customer.id)
    euros = shop.price(currency="eur")

    with pytest.raises(stripe.InvalidRequestError, match="cannot combine currencies"):
        shop.subscribe(euros.id, customer=customer.id)


def test_search_finds_by_metadata(shop: Shop) -> None:
    ada = shop.customer(metadata={"workspace": "7"})
    shop.customer(metadata={"workspace": "8"})

    found = shop.v1.customers.search({"query": "metadata['workspace']:'7'"})

    assert [c.id for c in found.data] == [ada.id]


def test_an_address_that_is_not_there_says_it_is_not_played(sandbox: Sandbox) -> None:
    headers = {"Authorization": "Bearer sk_test_x"}
    answer = httpx.get(f"{sandbox.base_url}/v1/quotes", headers=headers)

    assert answer.status_code == 404
    assert "does not play" in answer.json()["error"]["message"]


def test_brackets_become_lists_and_maps() -> None:
    pairs = [("a[0][b]", "1"), ("a[1][b]", "2"), ("c[]", "x"), ("c[]", "y"), ("d[e][f]", "")]

    assert forms.decode(pairs) == {
        "a": [{"b": "1"}, {"b": "2"}],
        "c": ["x", "y"],
        "d": {"e": {"f": ""}},
    }
