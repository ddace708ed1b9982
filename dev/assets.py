"""Builds what browsers fetch into build/web: one style sheet, the scripts, the font, the icons.

Run as `python -m dev.assets`; does nothing when nothing it reads has changed. The production image
runs the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from dev import node

WEB = node.ROOT / "services" / "web"
THEME = WEB / "theme"
STATIC = WEB / "static"
OUT = node.ROOT / "build" / "web"
FONT = node.MODULES / "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2"
ICONS = node.MODULES / "lucide-static" / "icons"
STAMP = OUT / ".built-from"


def build() -> bool:
    """Build the assets; False when they were up to date."""
    node.install(everything=False)
    fingerprint = _fingerprint()
    if STAMP.exists() and STAMP.read_text() == fingerprint:
        return False
    fresh = OUT.with_name("web.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(STATIC, fresh, ignore=shutil.ignore_patterns("*.js"))
    _style_sheet(fresh / "kith.css")
    _scripts(fresh)
    shutil.copy(FONT, fresh / "figtree.woff2")
    shutil.copytree(ICONS, fresh / "icons", ignore=shutil.ignore_patterns("*.json"))
    (fresh / STAMP.name).write_text(fingerprint)
    shutil.rmtree(OUT, ignore_errors=True)
    fresh.rename(OUT)
    return True


def _fingerprint() -> str:
    """What the assets are built from, as one hash: the sources, and the lock of their tools."""
    sources = [path for folder in (THEME, STATIC) for path in folder.rglob("*") if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted([*sources, node.ROOT / "package-lock.json", Path(__file__)]):
        digest.update(str(path.relative_to(node.ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _style_sheet(out: Path) -> None:
    """Our sass over govuk-frontend's, which warns about its own old spellings: not our business."""
    sass = node.MODULES / "sass" / "sass.js"
    options = [f"--load-path={node.MODULES}", "--style=compressed", "--no-source-map"]
    options += ["--quiet-deps", "--no-charset"]
    node.run([sass, *options, THEME / "kith.scss", out])


def _scripts(out: Path) -> None:
    """Each script at the top of the static folder, bundled and made small."""
    scripts = sorted(STATIC.glob("*.js"))
    if scripts:
        esbuild = node.MODULES / "esbuild" / "lib" / "main.js"
        call = "require(process.argv[1]).buildSync(JSON.parse(process.argv[2]))"
        options = {
            "entryPoints": [str(script) for script in scripts],
            "bundle": True,
            "minify": True,
            "format": "esm",
            "outdir": str(out),
            "logLevel": "error",
        }
        node.run(["-e", call, esbuild, json.dumps(options)])


if __name__ == "__main__":
    print("built" if build() else "up to date")
