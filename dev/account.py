"""The ordinary account for servers that refuse to run as root, and where it can reach."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

from dev.child import Account

CANDIDATES = ("postgres", "nobody", "daemon")


def ordinary_account() -> Account | None:
    """None when we are an ordinary account ourselves; the account to become when we are root."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise SystemExit(
        "PostgreSQL will not run as root, and this machine has no account"
        f" named {' or '.join(CANDIDATES)} to run it as."
    )


def reachable(path: Path) -> bool:
    """Whether everybody may walk through every folder down to this one, and read what is in it."""
    folders = [path, *path.parents]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders) and bool(
        path.stat().st_mode & stat.S_IROTH
    )


def own(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.user, account.group)


def home_for(folder: Path, account: Account | None) -> Path:
    """A folder that the account can reach: the one wished for, or one beside it that it points to.

    A clone in a home of mode 700 is out of reach for the account. No parent's mode is ever
    changed: the data then lives in a private folder under /var/tmp, and `folder/elsewhere` says
    where.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if account is None or reachable(folder.resolve()):
        return folder.resolve()
    pointer = folder / "elsewhere"
    if pointer.exists():
        home = Path(pointer.read_text().strip())
        if home.is_dir() and home.stat().st_uid == os.geteuid():
            return home
    home = Path(tempfile.mkdtemp(prefix="kith-", dir="/var/tmp"))
    home.chmod(0o755)
    pointer.write_text(f"{home}\n")
    return home


def remove_home(folder: Path) -> None:
    """Remove the folder and, where it only points elsewhere, what it points to."""
    pointer = folder / "elsewhere"
    if pointer.exists():
        shutil.rmtree(pointer.read_text().strip(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
