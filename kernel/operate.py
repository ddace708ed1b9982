"""What an operator types, once for each service and again at each release.

    python -m kernel.operate provision matching live
    python -m kernel.operate migrate matching services/matching/migrations

`provision` reads KITH_SUPERUSER_DSN and, where roles need them, KITH_MIGRATOR_PASSWORD and
KITH_APP_PASSWORD; `migrate` reads KITH_MIGRATOR_DSN. Each may come as a file, NAME_FILE.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel.db import AWAY
from kernel.migrate import HalfMigrated, migrate
from kernel.provision import Kind, Passwords, provision
from kernel.settings import Faulty, read, setting


@dataclass(frozen=True, kw_only=True)
class Provisioning:
    superuser_dsn: str = setting("Where the server is, as a superuser")
    migrator_password: str | None = setting("The migrating role's password", default=None)
    app_password: str | None = setting("The serving role's password", default=None)


@dataclass(frozen=True, kw_only=True)
class Migrating:
    migrator_dsn: str = setting("Where the service's database is, as its migrating role")


def chosen(words: list[str]) -> Coroutine[Any, Any, None]:
    """What the words ask for. Raises Faulty when they ask for nothing that we do."""
    match words:
        case ["provision", service, ("demo" | "live") as kind]:
            return _provision(service, kind)
        case ["migrate", service, folder] if Path(folder).is_dir():
            return _migrate(service, Path(folder))
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


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def main() -> None:
    try:
        asyncio.run(chosen(sys.argv[1:]))
    except (Faulty, HalfMigrated) as fault:
        sys.exit(str(fault))
    except AWAY as fault:
        sys.exit(f"The database server cannot be reached ({type(fault).__name__}).")


if __name__ == "__main__":
    main()
