"""The store: the only code that speaks SQL."""

from catalyst_hub.store.backup import back_up
from catalyst_hub.store.database import READERS, Database
from catalyst_hub.store.errors import StoreSettingsError
from catalyst_hub.store.policies import hubs_with_policies
from catalyst_hub.store.unit_of_work import SqlUnitOfWork, Store

__all__ = [
    "READERS",
    "Database",
    "SqlUnitOfWork",
    "Store",
    "StoreSettingsError",
    "back_up",
    "hubs_with_policies",
]
