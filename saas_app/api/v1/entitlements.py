"""Why somebody may or may not: for members about their workspace now, for staff about any at any time."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from saas_app.api.caller import RequestOrigin, SignedInCaller, StaffCaller
from saas_app.api.moment import Moment
from saas_app.api.row_id import RowId
from saas_app.audit import trail
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import explanation
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api", tags=["Billing"])

Item = Annotated[str | None, Query(max_length=64, description="A member of a set, or a level.")]


class AgreementAnswer(BaseModel):
    value: Any
    reason: str
    ends_at: datetime | None


class ExplanationAnswer(BaseModel):
    """`limit` is in force, `plan_limit` the plan's own; `null` means unlimited."""

    feature: str
    item: str | None
    at: datetime
    allowed: bool
    code: str
    sentence: str
    plan: str
    plan_name: str
    generation: int
    status: str
    reason: str
    grace_until: datetime | None
    limit: bool | int | str | list[str] | None
    plan_limit: bool | int | str | list[str] | None
    agreement: AgreementAnswer | None
    used: int | None
    left: int | None
    resets_at: datetime | None
    upgrade_to: str | None


@router.get("/entitlements/{feature}")
def explain(feature: str, caller: SignedInCaller, item: Item = None) -> ExplanationAnswer:
    """Whether the workspace may, and every fact the answer hangs on."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        found = explanation.of(session, caller.workspace_id, feature, item=item)
    return ExplanationAnswer.model_validate(found, from_attributes=True)


@router.get("/admin/workspaces/{workspace_id}/entitlements/{feature}", tags=["Staff"])
def explain_for_staff(
    workspace_id: RowId,
    feature: str,
    caller: StaffCaller,
    origin: RequestOrigin,
    item: Item = None,
    at: Annotated[Moment | None, Query(description="A moment of the past; else now.")] = None,
) -> ExplanationAnswer:
    """The same for any workspace and any moment. Looking is written into the audit log."""
    with transaction() as session:
        workspace = memberships.by_id(session, workspace_id)
        found = explanation.of(session, workspace_id, feature, item=item, at=at)
        trail.record(
            session,
            "staff.entitlement_read",
            actor_id=caller.user_id,
            workspace_id=workspace.id,
            origin=origin,
            feature=feature,
        )
    return ExplanationAnswer.model_validate(found, from_attributes=True)
