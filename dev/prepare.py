"""Makes the databases ready: roles, migrations, and the demo's people once. A step of `make up`."""

from __future__ import annotations

import asyncio
import sys

from dev import keys, node
from dev.seed import seed, summary
from dev.settings import SERVICES, Development
from kernel.migrate import HalfMigrated, migrate
from kernel.provision import provision


async def prepare(settings: Development) -> None:
    """Safe to run again: it does what is missing. Refuses: HalfMigrated."""
    keys.keep(settings.token_keys)
    for service in SERVICES:
        await provision(settings.dsn("postgres", "postgres"), service, kind="demo")
        folder = node.ROOT / "services" / service / "migrations"
        for step in await migrate(settings.dsn(service, f"{service}_migrator"), service, folder):
            print(f"applied {step} to {service}")
    await seed(settings)
    settings.summary.write_text(await summary(settings))


if __name__ == "__main__":
    try:
        asyncio.run(prepare(Development.read()))
    except HalfMigrated as fault:
        sys.exit(str(fault))
