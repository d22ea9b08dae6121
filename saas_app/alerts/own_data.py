"""What the alerts slice holds of a person: the alerts of a workspace that is theirs alone, their fate, and where they go."""

from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.alerts.models import Alert, AlertDelivery, AlertEvent
from saas_app.alerts.target_models import AlertWebhook, TelegramChat
from saas_app.workspaces.own_data import alone_in


def install() -> None:
    # What points at another comes first: it is erased first.
    tables = (AlertDelivery, AlertEvent, Alert)
    held.register(
        "alerts",
        Slice(
            (
                *(Held(each, owner="workspace_id", whose=alone_in) for each in tables),
                Held(
                    AlertWebhook,
                    owner="workspace_id",
                    whose=alone_in,
                    hidden=frozenset({"sealed_secret"}),
                ),
                Held(TelegramChat, hidden=frozenset({"code_digest"})),
            )
        ),
    )
