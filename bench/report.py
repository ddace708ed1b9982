"""The bench's table as text, JSON, a page and a chart."""

import json
from typing import Any

import vl_convert

from bench.environments import ROOT

RESULT = ROOT / "bench" / "results" / "pairing.json"
PAGE, README = ROOT / "docs" / "bench.md", ROOT / "README.md"
BEGINS, ENDS = "<!-- pairing: written by make bench -->\n", "<!-- pairing: end -->\n"
"""Between the two, the README has the table; all else in it is a person's."""
CHART = ROOT / "docs" / "bench" / "time.svg"
Row = dict[str, Any]
HEADS = ("adopters", "who", "seconds", "matched", "score", "gap", "peak MB")


def cells(row: Row) -> list[str]:
    spread = f" ({row['least_s']:.2f}-{row['most_s']:.2f})" if "least_s" in row else ""
    seconds = f"{row['seconds']:.2f}{spread}" if "seconds" in row else ""
    if "fault" in row:
        return [f"{row['size']:,}", row["who"], row["fault"], "", "", "", ""]
    return [
        f"{row['size']:,}",
        row["who"],
        seconds,
        f"{row['matched']:,}",
        f"{row['score']:,}",
        str(row.get("gap", "")),
        str(row.get("peak_mb", "")),
    ]


def line(row: Row) -> str:
    widths = (9, 26, 24, 8, 10, 4, 8)
    return " ".join(f"{text:>{w}}" for text, w in zip(cells(row), widths, strict=True))


def table(rows: list[Row]) -> str:
    lines = [HEADS, ("---:", "---", "---:", "---:", "---:", "---:", "---:")]
    return "\n".join(f"| {' | '.join(each)} |" for each in (*lines, *(cells(one) for one in rows)))


def keep(found: Row) -> None:
    for path in (RESULT, PAGE, CHART):
        path.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")
    PAGE.write_text(page(found))
    CHART.write_text(chart(found["rows"]))
    README.write_text(in_readme(README.read_text(), found))


def in_readme(text: str, found: Row) -> str:
    """The README with this table in place of the one before, the machine named above it."""
    before, rest = text.split(BEGINS)
    after = rest.split(ENDS)[1]
    lines = [
        said_of(found["machine"]) + ":\n",
        "| " + " | ".join(HEADS[:6]) + " |",
        "|---:|---|---:|---:|---:|---:|",
        *(f"| {' | '.join(cells(row)[:6])} |" for row in found["rows"]),
    ]
    return before + BEGINS + "\n".join(lines) + "\n" + ENDS + after


def page(found: Row) -> str:
    own = [row for row in found["rows"] if "steps" in row]
    return PAGE_TEXT.format(
        machine=said_of(found["machine"]),
        table=table(found["rows"]),
        steps=steps(own),
        beside="\n\n".join(map(beside, found["extra"])) or "Not measured in this run.",
    )


def said_of(machine: Row) -> str:
    load = ", ".join(f"{one:.1f}" for one in machine["load"])
    return (
        f"{machine['on']}, {machine['cores']} cores of {machine['processor']}, Python"
        f" {machine['python']}, load at the end {load} (over 1, 5 and 15 minutes)"
    )


PAGE_TEXT = """# Pairing, measured

Made by `make bench`; do not edit. {machine}: whatever else the machine
did then slowed every row.

The instance: N invented adopters all over England and N/3 mentors with places for 1 to 4, about
0.83 places an adopter, everybody open to other agencies, nobody further apart than 60 km, 0.4 % of
pairs blocked by a hash of the two ids; every hard rule and the floor of 55 hold. First most
matches, then the highest score. Our seconds are the whole run from people to proved pairs: reading
them, every rule, every point, the flow, and the price of every pair left out. Peers are given the
pairs with their scores, and only their own work is timed; `mentor-match` and `matching` do not look
for the most matches. The median of the runs, with the least and the most.

{table}

![Seconds against the number of adopters, both in powers of ten](bench/time.svg)

## The steps of a run, in seconds

Reading makes columns of numbers of the people. The first pairs and their proof are counted from
there on; the first pairs are the best on few pairs of each person, which nothing has proved yet.

{steps}

## Beside the table

{beside}
"""
STEP_HEADS = (
    "adopters",
    "with",
    "reading the people",
    "judging, and the best of each",
    "first pairs",
    "pairs with proof",
    "in all",
    "scoring every pair alone",
)
TOLD = ("read", "judge", "first pairs", "proof", "total")


def steps(rows: list[Row]) -> str:
    if not rows:
        return "Not measured in this run."
    lines = ["| " + " | ".join(STEP_HEADS) + " |", "|" + "---:|" * len(STEP_HEADS)]
    for row in rows:
        each = row["steps"]
        figures = (*(each[step] for step in TOLD), row["scoring_s"])
        told = " | ".join(f"{figure:.2f}" for figure in figures)
        lines.append(f"| {row['size']:,} | {row['how']} | {told} |")
    return "\n".join(lines)


def beside(extra: Row) -> str:
    lines = [f"### {extra['size']:,} adopters", "", *strict_tiers(extra["tiers"])]
    if "fault" in extra:
        return "\n".join([*lines, f"- Prices and the run again: {extra['fault']}"])
    return "\n".join([*lines, *prices(extra), *again(extra)])


def strict_tiers(row: Row) -> list[str]:
    if "fault" in row:
        return [f"- Strict waiting tiers: {row['fault']}"]
    share, bound = (
        100 * score / max(1, row["score_no_waits"])
        for score in (row["score"], row["score_longest_only"])
    )
    lines = [
        f"- Strict waiting tiers of a week: {row['matched']:,} matched at {share:.1f} % of the",
        f"  score without them. The longest wait left is {row['longest_left_days'] // 7} weeks",
    ]
    if "longest_could_days" not in row:
        return [*lines, "  and nobody is left who may have any mentor."]
    return [
        *lines,
        f"  with the {row['nobody_allowed']:,} whom no mentor may have, and"
        f" {row['longest_could_days'] // 7} weeks of all others. It cannot",
        f"  be less: {row['as_long_families']:,} families who waited"
        f" {row['as_long_least_days'] // 7} weeks or longer may go to {row['as_long_places']:,}"
        " places and no other.",
        f"  Were only that longest wait held to, the score would be {bound:.1f} %, but somebody",
        "  would be passed by a later arrival.",
    ]


def prices(extra: Row) -> list[str]:
    return [
        "- \u201cWhy not this mentor?\u201d with the exact price, of a pair that was not chosen:"
        f" {extra['price_median_ms']:.1f} ms in the",
        f"  middle, 95 of 100 within {extra['price_p95_ms']:.1f} ms, from a run that the process"
        f" holds; {extra['held_s']:.1f} s to judge",
        "  and price a stored run anew when it is first asked about. Solving the run again, as a"
        " price would",
        f"  take without the flow's own, is {extra['solved_again_ms']:.0f} ms.",
    ]


def again(extra: Row) -> list[str]:
    stay, whole = max(1, extra["could_stay"]), max(1, extra["afresh_score"])
    share, changed, kept, improved = (
        100 * part / of
        for part, of in (
            (extra["afresh_changes"], stay),
            (extra["improved_changes"], stay),
            (extra["kept_score"], whole),
            (extra["improved_score"], whole),
        )
    )
    return [
        "- After 2 in 100 of each side came and went, a run that keeps what was suggested moves",
        f"  {extra['kept_changes']} of the {extra['could_stay']:,} pairs that could stay:"
        f" {extra['kept_matched']:,} matched, {kept:.2f} % of the score afresh.",
        f"  The best swaps, {changed:.2f} % of pairs changed: {extra['improved_matched']:,}"
        f" matched, {improved:.2f} % of the score.",
        f"  No answer with {extra['most_changes']} changes or fewer is worth more than"
        f" {100 * extra['most_score'] / whole:.2f} %.",
        f"  Afresh {share:.1f} % of them move: {extra['afresh_matched']:,} matched,"
        f" score {extra['afresh_score']:,}.",
    ]


def chart(rows: list[Row]) -> str:
    values = [
        {"adopters": row["size"], "seconds": row["seconds"], "who": row["who"]}
        for row in rows
        if "seconds" in row
    ]
    axis = {"type": "quantitative", "scale": {"type": "log"}}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 560,
        "height": 320,
        "background": "white",
        "title": "Seconds to pair N adopters",
        "data": {"values": values},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "adopters", "title": "adopters", **axis},
            "y": {"field": "seconds", "title": "seconds", **axis},
            "color": {"field": "who", "type": "nominal", "title": None},
        },
    }
    svg: str = vl_convert.vegalite_to_svg(spec)
    return svg
