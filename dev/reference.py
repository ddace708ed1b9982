"""Makes the product's own compact reference tables from public data; run by hand when that changes.

    python -m dev.reference FOLDER

FOLDER holds `outcodes.csv`, `outcode_la_shares.csv`, `local_authorities.csv`, `raas.csv`,
`england_local_authorities.geojson` and `training_catalogue.csv`. Only the columns that the product
uses are kept; licences and attribution stand in ATTRIBUTION.md beside the tables.
"""

import csv
import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent.parent / "services" / "matching" / "places" / "tables"
CATALOGUE = Path(__file__).parent.parent / "services" / "web" / "catalogue" / "courses.csv"
OUTLINES = Path(__file__).parent.parent / "services" / "web" / "maps" / "outlines.json"
NARROW = math.cos(math.radians(53))  # a degree of longitude beside one of latitude, mid England
GRID = 500  # outline units in a degree of latitude: about 220 metres each


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, header: list[str], lines: Iterable[list[str]]) -> None:
    with (TABLES / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)


def plain_name(name: str) -> str:
    """`Bristol, City of` reads as `Bristol`; `Herefordshire, County of` as `Herefordshire`."""
    return name.partition(",")[0]


def outline(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """Outer rings in whole units of GRID, without points that repeat."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    rings = []
    for polygon in polygons:
        ring: list[list[int]] = []
        for longitude, latitude, *_ in polygon[0]:
            point = [round(longitude * NARROW * GRID), round(latitude * GRID)]
            if not ring or ring[-1] != point:
                ring.append(point)
        if len(ring) > 3:
            rings.append(ring)
    return rings


def places(folder: Path) -> None:
    """England's outward codes with their grid position, and the councils that each lies in."""
    english = [
        row
        for row in rows(folder, "outcodes.csv")
        if row["country"] == "England" and row["geographic"] == "1"
    ]
    known = {row["outcode"] for row in english}
    columns = ("outcode", "main_ward", "easting", "northing")
    write(
        "outcodes.csv",
        ["outcode", "label", "easting_m", "northing_m", "output_areas"],
        ([*(row[name] for name in columns), row["output_areas"] or "0"] for row in english),
    )
    write(
        "outcode_councils.csv",
        ["outcode", "council", "share"],
        (
            [row["outcode"], row["la_code"], row["share"]]
            for row in rows(folder, "outcode_la_shares.csv")
            if row["outcode"] in known
        ),
    )


def agencies(folder: Path) -> None:
    """Councils with the agency that each belongs to, and the agencies."""
    write(
        "councils.csv",
        ["code", "name", "agency"],
        (
            [row["la_code"], plain_name(row["la_name"]), row["raa_id"]]
            for row in rows(folder, "local_authorities.csv")
        ),
    )
    write(
        "agencies.csv",
        ["code", "name", "website"],
        ([row["raa_id"], row["name"], row["website"]] for row in rows(folder, "raas.csv")),
    )


def outlines(folder: Path) -> None:
    """The shapes of councils, for maps."""
    features = json.loads((folder / "england_local_authorities.geojson").read_text("utf-8"))
    rings_of = {
        feature["properties"]["la_code"]: outline(feature["geometry"])
        for feature in features["features"]
    }
    text = ",\n".join(
        f"{json.dumps(code)}:{json.dumps(rings, separators=(',', ':'))}"
        for code, rings in sorted(rings_of.items())
    )
    OUTLINES.write_text("{\n" + text + "\n}\n", "utf-8")


KINDS = {
    "support group": "SUPPORT_GROUP",
    "stay-and-play": "STAY_AND_PLAY",
    "activity club": "CLUB",
    "teen group": "TEEN_GROUP",
    "celebration": "CELEBRATION",
    "workshop": "WORKSHOP",
    "webinar": "ONLINE",
    "therapeutic parenting course": "COURSE",
    "drop-in consultation": "CONSULTATION",
}
"""What the catalogue calls each kind; others are no kind of ours, and are left out."""


def catalogue(folder: Path) -> None:
    """Courses and groups that an organiser may begin from, by kind and title."""
    with CATALOGUE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "kind", "title", "dates", "minutes", "least", "most", "summary"])
        for row in rows(folder, "training_catalogue.csv"):
            if row["kind"] in KINDS:
                minutes = round(float(row["session_hours"]) * 60)
                writer.writerow(
                    [
                        row["course_id"],
                        KINDS[row["kind"]],
                        row["title"],
                        row["sessions"],
                        minutes,
                        row["min_participants"],
                        row["max_participants"],
                        row["summary"],
                    ]
                )


def main(folder: Path) -> None:
    places(folder)
    agencies(folder)
    outlines(folder)
    catalogue(folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say which folder holds the public data: python -m dev.reference FOLDER")
    main(Path(sys.argv[1]))
