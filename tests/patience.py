"""How long a test waits for what must come: long, so that a busy machine is never the fault.

No test measures by it; how quick something is, `make bench` says.
"""

from __future__ import annotations

PATIENCE_S = 120.0
PATIENCE_MS = 60_000  # of a page: a browser and its site are there already
