"""What onboarding holds of a person: their answers, and how far they came in each tour."""

from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.onboarding.models import Preferences, TourProgress


def install() -> None:
    held.register("onboarding", Slice((Held(Preferences), Held(TourProgress))))
