"""What an operator types, once for each service and again at each release.

    python -m kernel.operate provision matching live
    python -m kernel.operate migrate matching services/matching/migrations
    python -m kernel.operate verify matching

`provision` reads KITH_SUPERUSER_DSN and, where roles need them, KITH_MIGRATOR_PASSWORD and
KITH_APP_PASSWORD; `migrate` and `verify` read KITH_MIGRATOR_DSN. Each may come as a file,
NAME_FILE. `verify` hashes the audit's chains anew, and ends with 1 where one is broken. Note
elsewhere the heads that it tells: a chain that was cut at its end no longer has them.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel.access import Actor
from kernel.db import AWAY, LOCKED_OUT, Db, Unavailable
from kernel.migrate import HalfMigrated, migrate
from kernel.provision import Kind, Passwords, provision
from kernel.seal import unsealed, verify
from kernel.settings import Faulty, read, setting


@dataclass(frozen=True, kw_only=True)
class Provisioning:
    superuser_dsn: str = setting("Where the server is, as a superuser")
    migrator_password: str | None = setting("The migrating role's password", default=None)
    app_password: str | None = setting("The serving role's password", default=None)


@dataclass(frozen=True, kw_only=True)
class Migrating:
    migrator_dsn: str = setting("Where the service's database is, as its migrating role")


class Broken(Exception):
    """The audit is not what was sealed."""


def chosen(words: list[str]) -> Coroutine[Any, Any, None]:
    """What the words ask for. Raises Faulty when they ask for nothing that we do."""
    match words:
        case ["provision", service, ("demo" | "live") as kind]:
            return _provision(service, kind)
        case ["migrate", service, folder] if Path(folder).is_dir():
            return _migrate(service, Path(folder))
        case ["verify", service]:
            return _verify(service)
    raise Faulty(f"usage:{(__doc__ or '').partition('.')[2].partition('`')[0]}".rstrip())


async def _migrate(service: str, folder: Path) -> None:
    settings = read(Migrating, os.environ)
    applied = await migrate(settings.migrator_dsn, service, folder)
    _say(*(f"applied {name}" for name in applied), f"The database of {service} is ready.")


async def _provision(service: str, kind: Kind) -> None:
    settings = read(Provisioning, os.environ)
    passwords = Passwords(migrator=settings.migrator_password, app=settings.app_password)
    await provision(settings.superuser_dsn, service, kind=kind, passwords=passwords)
    _say(f"The database and the roles of {service} are there.")


async def _verify(service: str) -> None:
    """Raises Broken when a row of the audit is gone, altered, or was put in by other hands."""
    db = await Db.open(read(Migrating, os.environ).migrator_dsn, name="verify", size_max=1)
    try:
        async with db.begin(Actor.system(), readonly=True) as turn:
            chains, stray = await verify(turn), await unsealed(turn)
    finally:
        await db.close()
    _say(*(f"{each.name}: {each.length} rows sealed, head {each.head}" for each in chains))
    faults = [f"{each.name}: {each.fault}" for each in chains if each.fault]
    if stray:
        faults.append(f"{stray} rows were put in beside the chain.")
    if faults:
        raise Broken("\n".join(["The audit is not whole.", *faults]))
    _say(f"The audit of {service} is whole.")


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def main() -> None:
    try:
        asyncio.run(chosen(sys.argv[1:]))
    except (Broken, Faulty, HalfMigrated, Unavailable) as fault:
        sys.exit(str(fault))
    except LOCKED_OUT as fault:
        sys.exit(f"The database server does not let us in ({type(fault).__name__}).")
    except AWAY as fault:
        sys.exit(f"The database server cannot be reached ({type(fault).__name__}).")


if __name__ == "__main__":
    main()
