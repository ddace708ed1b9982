"""Makes the databases ready: roles, migrations, and the demo's people once. A step of `make up`."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path

import asyncpg

from dev import keys, node
from dev.settings import SERVICES, Development
from dev.summary import summary
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
    await fill(settings)
    settings.summary.write_text(await summary(settings))


async def fill(settings: Development) -> None:
    """Write the demo's people, unless these very sources have done so in these very databases."""
    wanted = await _fingerprint(settings)
    if settings.filled.exists() and settings.filled.read_text() == wanted:
        return
    # Read only when needed: with it comes the solver, and a second start would wait for both.
    from dev.seed import seed  # noqa: PLC0415

    await seed(settings)
    settings.filled.write_text(wanted)


async def _fingerprint(settings: Development) -> str:
    """Changes with the sources, and when the databases were made anew."""
    register = await asyncpg.connect(settings.dsn("matching", "matching_migrator"))
    try:
        made = await register.fetchval("SELECT min(applied_at)::text FROM migration")
    finally:
        await register.close()
    digest = hashlib.sha256(str(made).encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    try:
        asyncio.run(prepare(Development.read()))
    except HalfMigrated as fault:
        sys.exit(str(fault))
