"""An OIDC provider by https: `python -m tests.suite.provider PORT BACK_TO CERTIFICATE KEY`."""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette

from dev import provider
from tests.identity import ASSETS, SECRET, person

PEOPLE = ("adi", "sol", "stranger")


def main(port: str, back_to: str, certificate: str, key: str) -> None:
    client = provider.Client(
        client_id="kith-web",
        secret=SECRET,
        redirect_uris=[f"{back_to}/sign-in/back"],
        goodbye_uris=[f"{back_to}/signed-out"],
    )
    known = provider.Provider(
        issuer=f"https://localhost:{port}", client=client, people=[person(one) for one in PEOPLE]
    )
    uvicorn.run(
        Starlette(routes=provider.routes(known, ASSETS)),
        host="127.0.0.1",
        port=int(port),
        ssl_certfile=certificate,
        ssl_keyfile=key,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
