"""What an operator of the register types, beside `python -m kernel.operate`.

    python -m services.matching.operate keys
    python -m services.matching.operate invite ATV Adi Bello
    python -m services.matching.operate resync ATV
    python -m services.matching.operate end-account ATV 6f1f64e0-0000-4000-8000-000000000001
    python -m services.matching.operate erased ATV > erased-ATV
    python -m services.matching.operate erase-again ATV < erased-ATV

`keys` prints a fresh private JWK set, for KITH_TOKEN_KEYS. `invite` prints a code for the first
agency admin of an agency, who invites everybody else. `resync` tells the other services all over
again what they must know of an agency's people: after a restore, or in doubt. `end-account` ends
somebody of the agency at once and for good: a login that was stolen, a person who is gone. `erased`
lists by ids alone which families were erased, and `erase-again` erases those of such a list anew,
in every service: after a restore, before anybody signs in. All but `keys` read KITH_MATCHING_DSN.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import orjson
from joserfc.jwk import KeySet, OKPKey

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db, Unavailable
from kernel.messages import Role
from kernel.refusal import Refused
from kernel.settings import Faulty, read, setting
from services.matching import main as matching
from services.matching.actions.erasing import erase_again, erased_list
from services.matching.actions.invitations import give_code, invite
from services.matching.actions.people import end_account
from services.matching.actions.resync import tell_all
from services.matching.model.ids import AccountId, AgencyId, ErasureId, FamilyId
from services.matching.model.invitation import GivenInvitation
from services.matching.places.places import Places
from services.matching.store.whole import Whole


@dataclass(frozen=True, kw_only=True)
class Operating:
    matching_dsn: str = setting("Where the register's database is, as its serving role")


def fresh_keys() -> str:
    """Each set has a name of its own, so that an old and a new one may stand side by side."""
    key = OKPKey.generate_key("Ed25519", {"kid": secrets.token_hex(8)})
    return orjson.dumps(KeySet([key]).as_dict(private=True)).decode()


async def first_admin(ask: Ask[Whole], first_name: str, last_name: str) -> str:
    """The code, good once. Refuses: NAME_MISSING, NAME_TOO_LONG."""
    given = GivenInvitation(role=Role.AGENCY_ADMIN, first_name=first_name, last_name=last_name)
    return await give_code(ask, await invite(ask, given=given))


async def end_login(ask: Ask[Whole], account: str) -> str:
    """Raises Faulty for what is no id. Refuses: NOT_FOUND (also for one that has ended)."""
    try:
        ended = await end_account(ask, account=AccountId(UUID(account)))
    except ValueError:
        raise Faulty(f"{account} is not the id of an account.") from None
    return f"The account {ended} has ended."


async def resync(ask: Ask[Whole]) -> str:
    return f"{await tell_all(ask)} cards of {ask.actor.agency} were told again."


async def erased(ask: Ask[Whole]) -> str:
    """A line for each, its erasure's id and the family's."""
    return "\n".join(f"{erasure} {family}" for erasure, family in await erased_list(ask))


async def erase_listed(ask: Ask[Whole], lines: Sequence[str]) -> str:
    """Raises Faulty for a line that is none of ours, before anything is erased."""
    try:
        pairs = [(UUID(erasure), UUID(family)) for erasure, family in map(str.split, lines)]
    except ValueError:
        raise Faulty("Each line needs two ids, as `erased` printed them.") from None
    done = [await erase_again(ask, ErasureId(one), FamilyId(family)) for one, family in pairs]
    missing = len(done) - sum(done)
    told = f"{sum(done)} families were erased again."
    return f"{told} {missing} are not in this database." if missing else told


@asynccontextmanager
async def worker_of(agency: str) -> AsyncIterator[Ask[Whole]]:
    """Asks as the agency's own worker. Raises Faulty for an agency that there is not."""
    settings = read(Operating, os.environ)
    if AgencyId(agency) not in Places.load().agencies:
        raise Faulty(f"{agency} is not the code of an agency.")
    db = await Db.open(settings.matching_dsn, name="matching-operate", size_max=1)
    try:
        yield Ask(Actor.system(agency), db, matching.door(db).store_of)
    finally:
        await db.close()


async def said(words: list[str]) -> str:
    """What the command comes to. Raises Faulty when the words ask for nothing that we do."""
    match words:
        case ["keys"]:
            return fresh_keys()
        case ["invite", agency, first_name, last_name]:
            return await _as_worker(agency, lambda ask: first_admin(ask, first_name, last_name))
        case ["resync", agency]:
            return await _as_worker(agency, resync)
        case ["end-account", agency, account]:
            return await _as_worker(agency, lambda ask: end_login(ask, account))
        case ["erased", agency]:
            return await _as_worker(agency, erased)
        case ["erase-again", agency]:
            lines = sys.stdin.read().splitlines()
            return await _as_worker(agency, lambda ask: erase_listed(ask, lines))
    raise Faulty(f"usage:{(__doc__ or '').partition('.')[2].partition('`')[0]}".rstrip())


async def _as_worker(agency: str, do: Callable[[Ask[Whole]], Awaitable[str]]) -> str:
    async with worker_of(agency) as ask:
        return await do(ask)


def main() -> None:
    try:
        sys.stdout.write(f"{asyncio.run(said(sys.argv[1:]))}\n")
    except (Faulty, Unavailable) as fault:
        sys.exit(str(fault))
    except Refused as no:
        sys.exit(no.message)


if __name__ == "__main__":
    main()
