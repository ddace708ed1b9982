"""Bookings, the race for twenty places, and offers, beside what PostgreSQL does in one statement.

The floor is a booking as one statement (key, counter, place, message) straight from asyncpg on 16
connections, in the same run: floor and product take turns five times, and the middle is shown with
the least and the most. Our side goes through HTTP and the graph, in a process of its own. Nothing
here is a test: no figure fails a build.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from bench.hall import Hall, Line, told
from dev.postgres import Server

CONNECTIONS = 16
BOOKINGS = 400
RACERS, RACED_FOR = 200, 20
OFFERS = 1_000
ROUNDS = 5
KEPT = Path(__file__).parents[1] / "docs" / "bench" / "places.md"
PAGE = """# Places and waiting lists

As `python -m bench.places` (part of `make bench`) last measured them, on two shared cores. What the
floor is stands at the head of `bench/places.py`.

```
{figures}
```
"""
# One statement with all that a booking must leave behind; what cannot be undercut.
FLOOR = """
WITH claimed AS (
    INSERT INTO once (caller, operation, key, arguments_hash) VALUES ($1, 'floor', $2, '')
        ON CONFLICT DO NOTHING RETURNING true
), counted AS (
    UPDATE event SET taken = taken + 1, used[1] = used[1] + 1
     WHERE id = $3 AND taken < places AND EXISTS (SELECT FROM claimed) RETURNING id, agency
), booked AS (
    INSERT INTO booking (id, event_id, family_id, agency, agencies, state, places, adults,
                         children, booked_by, booked_at)
    SELECT $2, id, $4, agency, ARRAY[agency], 'confirmed', 1, 2, '{}', $4, now() FROM counted
 RETURNING id
)
INSERT INTO outbox (receiver, kind, body) SELECT 'notify', 'floor', '{}' FROM booked RETURNING id
"""
# A thousand offers as one statement could make them, with their messages.
OFFERS_FLOOR = """
WITH held AS (
    INSERT INTO booking (id, event_id, family_id, agency, agencies, state, places, adults,
                         children, hold_until, booked_by, booked_at)
    SELECT gen_random_uuid(), event_id, family_id, agency, agencies, 'held', places, adults,
           children, now() + interval '1 day', joined_by, now()
      FROM waiting_entry WHERE event_id = $1
 RETURNING id, event_id, family_id
), made AS (
    INSERT INTO offer (id, event_id, entry_id, booking_id, family_id, agency, agencies, state,
                       places, made_at, answer_by, settings_number)
    SELECT gen_random_uuid(), h.event_id, w.id, h.id, w.family_id, w.agency, w.agencies, 'sent',
           w.places, now(), now() + interval '1 day', 0
      FROM held AS h JOIN waiting_entry AS w USING (event_id, family_id)
 RETURNING entry_id
), asked AS (
    UPDATE waiting_entry SET state = 'offered' WHERE event_id = $1 RETURNING id
)
INSERT INTO outbox (receiver, kind, body) SELECT 'notify', 'floor', '{}' FROM asked
"""


@dataclass(frozen=True)
class Timed:
    """Seconds, the middle of the rounds with the least and the most."""

    name: str
    rounds: list[float]

    @property
    def middle(self) -> float:
        return statistics.median(self.rounds)

    def line(self, times: int = 1) -> str:
        """As a rate when it was so many times."""
        rates = [times / one if times > 1 else one * 1000 for one in self.rounds]
        unit = "a second" if times > 1 else "ms"
        return (
            f"{self.name:48}{statistics.median(rates):10.1f} {unit:9}"
            f"({min(rates):.1f} to {max(rates):.1f})"
        )


async def timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def all_of(work: Sequence[Callable[[], Awaitable[object]]], *, at_once: int) -> list[object]:
    """Every piece of work, so many at a time."""
    doors = asyncio.Semaphore(at_once)

    async def one(do: Callable[[], Awaitable[object]]) -> object:
        async with doors:
            return await do()

    return await asyncio.gather(*(one(do) for do in work))


async def floor(pool: asyncpg.Pool, event: UUID, families: Sequence[UUID]) -> None:
    def booking(family: UUID) -> Callable[[], Awaitable[object]]:
        return lambda: pool.fetchval(FLOOR, str(family), uuid4(), event, family)

    await all_of([booking(family) for family in families], at_once=CONNECTIONS)


async def ours(
    hall: Hall, event: UUID, families: Sequence[UUID], *, at_once: int
) -> tuple[float, list[str]]:
    """Seconds, and what each was told: `Booking` or the code of a refusal; else it is a fault."""
    asked = [hall.asking(event, family) for family in families]

    async def each_in_turn(line: Line, some: Sequence[bytes]) -> list[bytes]:
        return [await line.answer(asking) for asking in some]

    async with hall.lines(at_once) as lines:
        began = time.perf_counter()
        answers = await asyncio.gather(
            *(each_in_turn(line, asked[at::at_once]) for at, line in enumerate(lines))
        )
        took = time.perf_counter() - began
    return took, [told(answer) for some in answers for answer in some]


async def bookings(hall: Hall, pool: asyncpg.Pool) -> list[Timed]:
    """Nobody in each other's way but for the counter's row; floor and product in turn."""
    least, product = (
        Timed("floor: one statement, 16 connections", []),
        Timed("ours: HTTP + graph", []),
    )
    for _ in range(ROUNDS):
        families = await hall.families(BOOKINGS)
        event = await hall.event(10 * BOOKINGS)
        least.rounds.append(await timed(floor(pool, event, families)))
        other = await hall.event(10 * BOOKINGS)
        took, _ = await ours(hall, other, families, at_once=CONNECTIONS)
        product.rounds.append(took)
    return [least, product]


async def races(hall: Hall, pool: asyncpg.Pool) -> list[Timed]:
    """Two hundred for twenty, all at once. Says so when the result is not exactly twenty."""
    least, product = Timed("floor: 200 for 20", []), Timed("ours: 200 for 20", [])
    for _ in range(ROUNDS):
        families = await hall.families(RACERS)
        least.rounds.append(await timed(floor(pool, await hall.event(RACED_FOR), families)))
        event = await hall.event(RACED_FOR)
        took, answers = await ours(hall, event, families, at_once=RACERS)
        product.rounds.append(took)
        booked, full = answers.count("Booking"), answers.count("FULL")
        if (booked, full) != (RACED_FOR, RACERS - RACED_FOR):
            others = sorted(set(answers) - {"Booking", "FULL"})
            print(f"  NOT EXACT: {booked} booked, {full} told full, and {others}")
    return [least, product]


async def offers(hall: Hall, pool: asyncpg.Pool) -> tuple[list[Timed], float]:
    """A thousand offers to a thousand who wait; and the longest that the counter was locked, s."""
    least = Timed("floor: 1,000 offers in one statement", [])
    product = Timed("ours: 1,000 offers, some at once", [])
    longest = 0.0
    for _ in range(ROUNDS):
        event = await hall.waiting(OFFERS)
        least.rounds.append(await timed(pool.execute(OFFERS_FLOOR, event)))
        event = await hall.waiting(OFFERS)
        began = time.perf_counter()
        while True:
            turn = time.perf_counter()
            made = await hall.fill(event)
            longest = max(longest, time.perf_counter() - turn)
            if not made:
                break
        product.rounds.append(time.perf_counter() - began)
    return [least, product], longest


async def beside(hall: Hall) -> tuple[float, int]:
    """While a thousand places are offered others try to book the same event: 99 in a hundred of
    their answers come within so many seconds; and how many were told that somebody is busy.
    """
    event, families = await hall.waiting(OFFERS), await hall.families(BOOKINGS)
    asked = [hall.asking(event, family) for family in families]
    took: list[float] = []
    answers: list[str] = []

    async def one_after_another(line: Line, some: Sequence[bytes]) -> None:
        for asking in some:
            began = time.perf_counter()
            answers.append(told(await line.answer(asking)))
            took.append(time.perf_counter() - began)

    async def filling() -> None:
        while await hall.fill(event):
            pass

    async with hall.lines(CONNECTIONS) as lines:
        trying = [one_after_another(line, asked[at::CONNECTIONS]) for at, line in enumerate(lines)]
        await asyncio.gather(filling(), *trying)
    said = {"Booking", "FULL", "LIST_FIRST"}
    return statistics.quantiles(took, n=100)[-1], sum(one not in said for one in answers)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kith-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the server's own account must reach what is inside
        server = Server(Path(folder) / "postgres")
        server.start()
        try:
            asyncio.run(in_the_hall(server))
        finally:
            server.stop()
            server.remove()


async def in_the_hall(server: Server) -> None:
    async with Hall.open(server) as hall:
        await measured(hall)


async def measured(hall: Hall) -> None:
    pool = await asyncpg.create_pool(hall.owner_dsn, min_size=CONNECTIONS, max_size=CONNECTIONS)
    booked = await bookings(hall, pool)
    raced = await races(hall, pool)
    offered, longest = await offers(hall, pool)
    answered, busy = await beside(hall)
    await pool.close()
    lines = ["Medians of five rounds, floor and product in turn, least and most in brackets"]
    lines += [one.line(BOOKINGS) for one in booked]
    lines.append(f"ours is {booked[0].middle / booked[1].middle:.1%} of the floor (4% needed)")
    for (least, product), needed in ((raced, 10), (offered, 20)):
        ratio = product.middle / least.middle
        lines += [least.line(), product.line()]
        lines.append(f"ours takes {ratio:.1f} x the floor ({needed} x allowed)")
    lines += [
        f"longest turn that held a counter's row: {longest * 1000:.0f} ms (100 ms allowed)",
        f"to book beside it: p99 {answered * 1000:.0f} ms (1,000 ms allowed)",
        f"told anything but yes, full, or that others come first: {busy} of {BOOKINGS} (0 allowed)",
    ]
    print("\n".join(lines))
    KEPT.write_text(PAGE.format(figures="\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
