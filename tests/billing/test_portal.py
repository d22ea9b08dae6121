import pytest

from saas_app.billing import portal
from saas_app.billing.errors import NoSubscription
from saas_app.billing.stripe import client
from tests.support.billing_world import buy, customer_of, new_tenant

pytestmark = pytest.mark.db


def test_the_portal_opens_for_this_customer_and_comes_back(stripe_world, configured):
    ada, ben = new_tenant("ada"), new_tenant("ben")
    buy(stripe_world, ada)
    buy(stripe_world, ben)
    assert portal.url(ada.workspace).startswith("http://localhost:")
    page = stripe_world.client.get(portal.url(ada.workspace).split(str(stripe_world.base_url))[1])
    assert page.status_code == 200
    assert f"{configured.origin}/settings/billing" in page.text
    owner = client.made().v1.customers.retrieve(customer_of(ada).stripe_id)
    assert owner.metadata["workspace"] == ada.workspace.key


@pytest.mark.usefixtures("stripe_world")
def test_who_never_bought_anything_has_no_portal():
    ada = new_tenant()
    with pytest.raises(NoSubscription):
        portal.url(ada.workspace)
