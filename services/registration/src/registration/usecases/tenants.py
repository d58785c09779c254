"""Onboarding of regional governments."""

from dataclasses import dataclass
from datetime import datetime

from eventkit.event import TenantId
from eventkit.mongo import Session, Unit
from eventkit.refusal import Fault, RefusedError
from registration import store
from registration.store.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardTenant:
    """Let a regional government use the platform."""

    code: str
    at: datetime


def onboard_tenant(uow: Unit, vault: Vault, command: OnboardTenant) -> store.Onboarded:
    """Enter a tenant and make its key; a tenant that is there already stays as it is."""
    region = store.regions().get(command.code)
    if region is None:
        raise RefusedError("INVALID", "invalid", [Fault("/code", "REGION_UNKNOWN", (("region", command.code),))])
    tenant = TenantId(region.code)
    key = vault.new_tenant_key(tenant)
    onboarded = store.Onboarded(
        id=region.code, name=region.name, kind=region.kind, time_zone=region.time_zone, at=command.at
    )

    def work(session: Session) -> store.Onboarded:
        known = store.tenants.find(store.PLATFORM, region.code, session)
        if known is not None:
            return known
        store.tenant_keys.put(tenant, key, session)
        return store.tenants.put(store.PLATFORM, onboarded, session)

    return uow.run(work)
