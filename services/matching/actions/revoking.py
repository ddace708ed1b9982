"""Tell the others what has ended of signing in, in the transaction that ends it.

The register looks for itself at each asking; events and notify hold a token against what they were
told (kernel.tokens).
"""

from collections.abc import Iterable
from uuid import UUID

from kernel.db import Turn
from kernel.messages import Revoked, Service
from kernel.outbox import tell

TOLD = (Service.EVENTS, Service.NOTIFY)


async def tell_revoked(turn: Turn, ended: Iterable[UUID]) -> None:
    """`ended` are sign-ins, roles as they were given, or accounts."""
    for one in ended:
        for reader in TOLD:
            await tell(turn, reader, Revoked(id=one))
