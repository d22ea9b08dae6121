import pytest

from saas_app.billing import checkout, gateway
from saas_app.billing.errors import AlreadySubscribed
from saas_app.core.errors import Invalid, NotFound
from tests.support.billing_world import (
    access_of,
    customer_of,
    invoices_of,
    new_tenant,
    reloaded,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db


def test_a_trial_bought_on_the_page_opens_the_plan(stripe_world):
    ada = new_tenant()
    started = checkout.start(ada.workspace, ada.owner, plan="pro", interval="month")
    stripe_world.complete_checkout(started.session_id)

    returned = checkout.finish(started.session_id, ada.workspace)

    assert returned.paid
    assert access_of(ada).plan == "pro"
    assert [s.status for s in subscriptions_of(ada)] == ["trialing"]
    assert [i.status for i in invoices_of(ada)] == ["paid"]
    person = reloaded(ada.owner)
    assert (person.plan_type, person.subscription_status) == ("pro", "trialing")
    assert person.trial_end_date == subscriptions_of(ada)[0].trial_end_at
    assert told(ada.owner) == ["billing.trial_started"]
