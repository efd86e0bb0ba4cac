"""The independent verifier of a result package. Standard library only: this one file runs on any computer with Python 3.11.

    python3 verification.py PACKAGE        (or - for standard input; --json for programs)

It shares no line with the code that opens the urn, counts and scores. It reads the plain parts of the package, computes everything
again in its own slow and simple way, and says in words what differs. Exit code 0: agrees, 1: differs, 2: no such package.
"""

import bisect
import csv
import hashlib
import io
import itertools
import json
import math
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

Json = dict[str, Any]
RESULTS = "spk-results-2"
MOST_WORDS = 50  # differences that are told one by one
NEEDED = (
    "scheme.json",
    "marks.csv",
    "components.csv",
    "adjustments.csv",
    "results.csv",
    "ledger.csv",
    "trackers.csv",
    "reviewees.csv",
)
FIGURES = {
    "returned": "收回票数",
    "valid": "有效票数",
    "scored": "计分票数",
    "abstained": "弃权票数",
    "divided_by": "除数",
    "mean": "平均分",
    "share": "在测评得分中的份额",
    "hidden": "是否不单独显示",
    "count": "票数",
    "answered": "填写票数",
    "points": "平均分值",
    "item_score": "分项得分",
    "score": "测评表得分",
    "ballot": "测评得分",
    "base": "加减分前",
    "entered": "录入的加减分",
    "counted": "计入的加减分",
    "bonus": "加分",
    "deduction": "扣分",
    "total": "总分",
    "rank": "名次",
    "in_field": "领域人数",
    "close_to": "分不出先后的人",
    "close_ranks": "分不出先后的名次",
    "hides_score": "是否不显示得分",
    "hides_items": "是否不显示分项得分",
    "hides_shares": "是否不显示占比",
    "hides_rank": "是否不显示名次",
}
FLAGS = ("hidden", "hides_score", "hides_items", "hides_shares", "hides_rank")


class NotAPackageError(ValueError):
    """The file is no result package, or parts of it are missing."""


class Package:
    """The parts of a package, read."""

    def __init__(self, content: bytes, *, kind: str = RESULTS, needed: tuple[str, ...] = NEEDED) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as zipped:
                self.parts = {name: zipped.read(name) for name in zipped.namelist()}
            self.manifest = json.loads(self.parts["manifest.json"])
            if self.manifest["format"] != kind:
                raise NotAPackageError("文件不是这一种结果包。")
            missing = [name for name in needed if name not in self.parts]
            if missing:
                raise NotAPackageError(f"结果包里缺少 {'、'.join(missing)}。")
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as fault:
            if isinstance(fault, NotAPackageError):
                raise
            raise NotAPackageError("文件不是结果包，或者已经损坏。") from fault

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """Return the lines of a CSV part, one by one: of marks there may be half a million."""
        return iter(csv.DictReader(io.StringIO(self.parts[name].decode("utf-8-sig"), newline="")))

    def wrong_parts(self) -> list[str]:
        """Return in words which parts are not those the manifest names."""
        told = self.manifest.get("parts", {})
        found = {name: hashlib.sha256(content).hexdigest() for name, content in self.parts.items()}
        found.pop("manifest.json", None)
        return [
            f"文件 {name} 的 SHA-256 与 manifest.json 所载不符，内容被改动过。"
            if name in told and name in found
            else f"文件 {name} 只在{'清单' if name in told else '包'}里有，清单与包不一致。"
            for name in sorted(told.keys() | found.keys())
            if told.get(name) != found.get(name)
        ]


def canonical(value: object) -> bytes:
    """Return JSON in the one spelling that hashes are made of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def exact(value: Fraction | None) -> str:
    """Return a fraction as the package writes it."""
    return "" if value is None else f"{value.numerator}/{value.denominator}"


def half_up(value: Fraction, places: int) -> str:
    """Return a figure with so many decimals, half up, by whole numbers only."""
    sign = "-" if value < 0 else ""
    units = math.floor(abs(value) * 10**places + Fraction(1, 2))
    whole, rest = divmod(units, 10**places)
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


def mean(values: list[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Return the weighted mean of ``(weight, value)``."""
    bottom = sum((weight for weight, _ in values), Fraction(0))
    return sum((weight * value for weight, value in values), Fraction(0)) / bottom if bottom else None


def tree_root(leaves: list[str]) -> str:
    """Return the Merkle root of receipts, built level by level from the sorted leaves."""
    level = [hashlib.sha256(b"\0" + leaf.encode()).digest() for leaf in sorted(leaves)]
    if not level:
        return hashlib.sha256().hexdigest()
    while len(level) > 1:
        odd_one = level[len(level) & ~1 :]
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs] + odd_one
    return level[0].hex()


class Paper:
    """One evaluation form."""

    def __init__(self, described: Json) -> None:
        self.key, self.name, definition = str(described["id"]), described["name"], described["definition"]
        self.scales = {scale["key"]: scale["options"] for scale in definition["scales"]}
        self.items = [item for item in definition["items"] if item["kind"] != "text"]
        self.weights = {item["key"]: max(Fraction(item["weight"]), Fraction(0)) for item in self.items}
        self.known: dict[tuple[str, str, int], Fraction] = {}

    def weight(self, item: Json) -> Fraction:
        """Return the weight; nought means that the item is only counted."""
        return self.weights[item["key"]]

    def worth(self, item: Json, answer: str, n_people: int) -> Fraction:
        """Return how many points an answer is worth."""
        key = (item["key"], answer, n_people)
        if key not in self.known:
            self.known[key] = self._worth(item, answer, n_people)
        return self.known[key]

    def _worth(self, item: Json, answer: str, n_people: int) -> Fraction:
        if item["kind"] == "number":
            low, high = Fraction(item["minimum"]), Fraction(item["maximum"])
            return (Fraction(answer) - low) * 100 / (high - low)
        if item["kind"] == "rank":
            return Fraction(100) if n_people < 2 else Fraction(100 * (n_people - int(answer)), n_people - 1)  # noqa: PLR2004 -- alone
        for option in self.scales[item["scale"]]:
            if option["key"] == answer:
                return Fraction(option["value"])
        raise NotAPackageError(f"测评表“{self.name}”没有“{answer}”这个选项。")

    def widest(self, rules: Json) -> Fraction:
        """Return the largest spread that marks can have: half of best less worst, squared."""
        best = worst = Fraction(0)
        for item in self.items:
            options = self.scales.get(item["scale"], []) if item["kind"] in {"grade", "yes_no"} else []
            values = [Fraction(option["value"]) for option in options] or [Fraction(0), Fraction(100)]
            if rules["blank_rule"] == "value" and rules["blank_value"] is not None:
                values.append(Fraction(rules["blank_value"]))
            best += self.weight(item) * max(values)
            worst += self.weight(item) * min(values)
        all_weights = sum(self.weights.values(), Fraction(0))
        return ((best - worst) / all_weights / 2) ** 2 if all_weights else Fraction(0)

    def column(self, item: Json, answer: str) -> str:
        """Return under what an answer is counted; empty: nowhere."""
        if item["kind"] != "number":
            return answer
        number = Fraction(answer)
        for band in self.scales.get(item["scale"], []):
            has_low, has_high = band["low"] is not None, band["high"] is not None
            above = not has_low or Fraction(band["low"]) <= number
            below = not has_high or number <= Fraction(band["high"])
            if (has_low or has_high) and above and below:
                return str(band["key"])
        return ""


Place = tuple[str, str, str, str, str, str]  # reviewee, paper, group, item, option, figure
Told = tuple[str, str]  # exact, rounded


Answers = dict[str, str]  # item -> answer


class Pile:
    """All marks of one group about one person on one form, read anew."""

    def __init__(
        self, paper: Paper, rules: Json, marks: list[tuple[int, Answers]], returned: int | None
    ) -> None:
        self.paper, self.rules = paper, rules
        self.scores: list[Fraction] = []
        self.n_valid = self.n_silent = 0
        self.given: dict[str, list[tuple[str, Fraction]]] = {item["key"]: [] for item in paper.items}
        for n_people, answers in marks:
            self._take(answers, n_people)
        self.n_returned = len(marks) if returned is None else returned
        k = rules["trim_each_side"]
        self.n_dropped = k if len(self.scores) > max(rules["trim_when_more_than"], 2 * k) else 0

    def _take(self, answers: Answers, n_people: int) -> None:
        scored = [item for item in self.paper.items if self.paper.weight(item) > 0]
        filled = [item for item in scored if item["key"] in answers]
        if filled and len(filled) < len(scored) and self.rules["blank_rule"] == "void":
            return
        self.n_valid += any(item["key"] in answers for item in self.paper.items)
        for item in self.paper.items:
            if item["key"] in answers:
                answer = answers[item["key"]]
                worth = self.paper.worth(item, answer, n_people)
                self.given[item["key"]].append((self.paper.column(item, answer), worth))
        if not filled:
            self.n_silent += 1
            return
        values = [
            (self.paper.weight(item), self.paper.worth(item, answers[item["key"]], n_people))
            for item in filled
        ]
        if self.rules["blank_rule"] == "value":
            blank = Fraction(self.rules["blank_value"])
            values += [(self.paper.weight(item), blank) for item in scored if item["key"] not in answers]
        score = mean(values)
        if score is not None:
            self.scores.append(score)

    def over(self, n_said: int, n_silent: int) -> int:
        """Return the number of ballots to divide by."""
        if not n_said:
            return 0
        told = {"valid": n_said, "valid_with_abstentions": n_said + n_silent}
        return told.get(self.rules["denominator"], max(self.n_returned, n_said + n_silent))

    def divided_by(self) -> int:
        """Return by how many ballots the mean is divided."""
        return self.over(len(self.scores), self.n_silent) - 2 * self.n_dropped

    def mean(self) -> Fraction | None:
        """Return the group's mean after trimming."""
        kept = sorted(self.scores)[self.n_dropped : len(self.scores) - self.n_dropped]
        return sum(kept, Fraction(0)) / self.divided_by() if kept else None

    def item_divided_by(self, key: str) -> int:
        """Return by how many ballots an item is divided."""
        n_said = len(self.given[key])
        return self.over(n_said, len(self.scores) + self.n_silent - n_said)

    def points(self, key: str) -> Fraction | None:
        """Return the mean points of an item."""
        n = self.item_divided_by(key)
        return sum((worth for _, worth in self.given[key]), Fraction(0)) / n if n else None

    def share(self, key: str, options: list[str]) -> Fraction | None:
        """Return how many per cent of the ballots chose one of the options."""
        n = self.item_divided_by(key) if key in self.given else 0
        return Fraction(100 * sum(column in options for column, _ in self.given[key]), n) if n else None

    def spread(self) -> Fraction | None:
        """Return s² of the scores, ballots without one counted as nought; ``None`` for fewer than two scores."""
        if len(self.scores) < 2:  # noqa: PLR2004 -- a single one has no spread
            return None
        values = self.scores + [Fraction(0)] * (self.divided_by() + 2 * self.n_dropped - len(self.scores))
        middle = sum(values, Fraction(0)) / len(values)
        return sum(((value - middle) ** 2 for value in values), Fraction(0)) / (len(values) - 1)


class Part:
    """One component of one person: raw figure and score."""

    def __init__(self, row: dict[str, str], described: Json) -> None:
        self.row, self.described = row, described
        self.weight = Fraction(row["weight"])
        self.conversion: Json = described["conversion"]
        self.kind = self.conversion.get("kind", "none")
        self.raw: Fraction | None = None
        self.overriding: list[Fraction] = []
        self.score: Fraction | None = None
        self.place: int | None = None
        self.best: Fraction | None = None

    def convert(self, field: list["Part"], places: int) -> None:
        """Work out the score, given the same component of everybody in the field."""
        raws = [one.raw for one in field]
        known = [raw for raw in raws if raw is not None]
        if self.raw is None or (self.kind in {"rank", "best_ratio"} and len(known) < len(raws)):
            return
        if self.kind == "none":
            self.score = self.raw
        elif self.kind == "bands":
            self.score = self._banded(self.raw)
        elif self.kind == "best_ratio":
            self.best = max(known)
            self.score = self.raw * 100 / self.best if self.best else None
        else:
            if self.kind == "rank":
                told = [Fraction(half_up(raw, places)) for raw in known]
                self.place = 1 + sum(1 for one in told if one > Fraction(half_up(self.raw, places)))
            else:
                self.place = int(self.raw)
            first, step, floor = (Fraction(self.conversion[name]) for name in ("first", "step", "floor"))
            self.score = max(floor, first - step * (self.place - 1))

    def _banded(self, raw: Fraction) -> Fraction | None:
        for override, share in zip(self.conversion["overrides"], self.overriding, strict=False):
            if share >= Fraction(override["at_least"]):
                return Fraction(override["score"])
        bands = sorted(self.conversion["bands"], key=lambda band: Fraction(band["at_least"]))
        reached = [band for band in bands if Fraction(band["at_least"]) <= raw]
        return Fraction(reached[-1]["score"]) if reached else None

    def slope(self) -> Fraction:
        """Return how far the score moves with a ballot score."""
        moves = self.described["kind"] == "ballot" and self.kind in {"none", "best_ratio"}
        return self.score / self.raw if moves and self.raw and self.score is not None else Fraction(0)


class Recount:
    """Everything computed again from marks, ledger, entries and scheme."""

    def __init__(self, package: Package) -> None:
        self.scheme = json.loads(package.parts["scheme.json"])
        self.rules = self.scheme["rules"]
        self.places = int(self.rules["decimals"])
        self.papers = {str(one["id"]): Paper(one) for one in self.scheme["papers"]}
        self.groups = [(str(one["id"]), Fraction(one["weight"])) for one in self.scheme["groups"]]
        self.sessions = {str(one["id"]): one for one in self.scheme["sessions"]}
        self.ledger = list(package.rows("ledger.csv"))
        self.components = list(package.rows("components.csv"))
        self.entries = list(package.rows("adjustments.csv"))
        self.marks = self._read_marks(package.rows("marks.csv"))
        self.flags = {
            (row["reviewee"], row["paper"], row["group"], row["figure"])
            for row in package.rows("results.csv")
            if row["figure"] in FLAGS and row["exact"] == "1"
        }
        self.piles: dict[tuple[str, str, str], Pile] = {}
        self.scores: dict[tuple[str, str], Fraction | None] = {}
        self.parts: dict[str, list[Part]] = {}
        self.found: dict[Place, Told] = {}

    def _read_marks(
        self, rows: Iterator[dict[str, str]]
    ) -> dict[tuple[str, str, str], dict[str, tuple[str, Answers]]]:
        """Return (reviewee, paper, group) -> mark -> session and answers."""
        marks: dict[tuple[str, str, str], dict[str, tuple[str, Answers]]] = defaultdict(dict)
        for row in rows:
            pile = marks[row["reviewee"], row["paper"], row["group"]]
            _, answers = pile.setdefault(row["mark_id"], (row["session"], {}))
            if row["item"]:
                answers[row["item"]] = row["option"] or row["value"]
        return marks

    def figures(self) -> dict[Place, Told]:
        """Compute everything that results.csv tells."""
        fields: dict[str, list[str]] = defaultdict(list)
        for person in self.scheme["reviewees"]:
            fields[person["field"]].append(str(person["id"]))
            self._person(str(person["id"]))
        self._read_parts()
        for members in fields.values():
            self._convert(members)
            totals = {person: self._total(person) for person in members}
            rank = self._ranks(members, totals)
            self._closeness(members, totals, rank)
        return self.found

    def _tell(self, place: Place, value: Fraction | int | str | None, *, rounded: bool = True) -> None:
        if isinstance(value, Fraction):
            self.found[place] = (exact(value), half_up(value, self.places) if rounded else "")
        else:
            self.found[place] = ("" if value is None else str(value), "")

    def _sessions_of(self, person: str, paper: str) -> list[Json]:
        return [
            one
            for one in self.sessions.values()
            if any(str(subject["reviewee"]) == person for subject in one["subjects"])
            and int(paper) in one["papers"]
        ]

    def _person(self, person: str) -> None:
        for key, paper in self.papers.items():
            on_forms = self._sessions_of(person, key)
            if on_forms:
                score = self._paper(person, paper)
                self.scores[person, key] = score if all(one["is_opened"] for one in on_forms) else None
                self._tell((person, key, "", "", "", "score"), self.scores[person, key])

    def _paper(self, person: str, paper: Paper) -> Fraction | None:
        parts = []
        for group, weight in self.groups:
            marks = self.marks.get((person, paper.key, group), {}).values()
            read = [(len(self.sessions[session]["subjects"]), answers) for session, answers in marks]
            pile = Pile(paper, self.rules, read, self._n_returned(person, paper, group))
            self.piles[person, paper.key, group] = pile
            parts.append((group, weight, pile.mean()))
            self._tell_group((person, paper.key, group), pile)
        for item in paper.items:
            points = [pile.points(item["key"]) for pile in self._piles(person, paper.key)]
            told = self._weighed(points, blocks=False)
            self._tell((person, paper.key, "", item["key"], "", "item_score"), told)
        result = self._weighed([value for *_, value in parts])
        all_weights = sum((weight for _, weight, value in parts if value is not None), Fraction(0))
        for group, weight, value in parts:
            share = weight / all_weights if value is not None and result is not None else Fraction(0)
            self._tell((person, paper.key, group, "", "", "share"), share, rounded=False)
        return result

    def _piles(self, person: str, paper: str) -> list[Pile]:
        return [self.piles[person, paper, group] for group, _ in self.groups]

    def _weighed(self, values: list[Fraction | None], *, blocks: bool = True) -> Fraction | None:
        """Return the mean over groups; a group without a value is left out, or blocks."""
        if blocks and self.rules["empty_group_rule"] == "block" and None in values:
            return None
        pairs = zip(self.groups, values, strict=True)
        return mean([(weight, value) for (_, weight), value in pairs if value is not None])

    def _share(self, person: str, paper: str, item: str, options: list[str]) -> Fraction | None:
        return self._weighed([pile.share(item, options) for pile in self._piles(person, paper)])

    def _tell_group(self, place: tuple[str, str, str], pile: Pile) -> None:
        for key, given in pile.given.items():
            for column, n in Counter(column for column, _ in given if column).items():
                self._tell((*place, key, column, "count"), n)
            self._tell((*place, key, "", "answered"), len(given))
            self._tell((*place, key, "", "divided_by"), pile.item_divided_by(key))
            self._tell((*place, key, "", "points"), pile.points(key))
        numbers = {
            "returned": pile.n_returned,
            "valid": pile.n_valid,
            "scored": len(pile.scores),
            "abstained": pile.n_silent,
            "divided_by": pile.divided_by() if pile.scores else 0,
        }
        for name, n in numbers.items():
            self._tell((*place, "", "", name), n)
        self._tell((*place, "", "", "mean"), pile.mean())

    def _n_returned(self, person: str, paper: Paper, group: str) -> int | None:
        lines = [
            int(row["online"]) + int(row["paper"])
            for row in self.ledger
            if row["group"] == group
            and int(paper.key) in self.sessions[row["session"]]["papers"]
            and any(str(one["reviewee"]) == person for one in self.sessions[row["session"]]["subjects"])
        ]
        return sum(lines) if lines else None

    def _read_parts(self) -> None:
        described = {str(one["id"]): one for one in self.scheme["components"]}
        self.parts = {str(one["id"]): [] for one in self.scheme["reviewees"]}
        for row in self.components:
            part = Part(row, described[row["component"]])
            self._read_raw(row["reviewee"], part)
            self.parts[row["reviewee"]].append(part)

    def _read_raw(self, person: str, part: Part) -> None:
        row, described = part.row, part.described
        if described["kind"] == "imported":
            if row["value"] and part.kind == "place":
                value = Fraction(row["value"])
                part.raw = value if value >= 1 and value.denominator == 1 else None
            elif row["value"]:
                part.raw = Fraction(row["value"]) * 100 / Fraction(row["out_of"])
            return
        paper = str(described["paper"])
        is_open = all(one["is_opened"] for one in self._sessions_of(person, paper))
        if (person, paper) not in self.scores or not is_open:
            return
        item = described["item"]
        asked = [one["options"] for one in part.conversion.get("overrides", [])]
        shares = [self._share(person, paper, item, one) for one in asked]
        if described["kind"] == "ballot":
            part.raw = self.scores[person, paper]
        else:
            part.raw = self._share(person, paper, item, described["options"])
        part.overriding = [one for one in shares if one is not None] if part.raw is not None else []

    def _convert(self, members: list[str]) -> None:
        for n in range(len(self.scheme["components"])):
            column = [self.parts[person][n] for person in members]
            for part in column:
                part.convert(column, self.places)

    def _total(self, person: str) -> Fraction | None:
        place = (person, "", "", "", "")
        self._tell((*place, "ballot"), self._ballot(person))
        base = _whole([(one.weight, one.score) for one in self.parts[person]])
        self._tell((*place, "base"), base)
        bonus, deduction = (self._adjusted(person, kind) for kind in ("bonus", "deduction"))
        total = None if base is None else base + bonus - deduction
        if total is not None and self.rules["clamps_total"]:
            total = max(Fraction(0), min(Fraction(100), total))
        self._tell((*place, "total"), total)
        return total

    def _ballot(self, person: str) -> Fraction | None:
        for kind in ("ballot", "share"):
            own = [one for one in self.parts[person] if one.described["kind"] == kind]
            if own:
                return _whole(
                    [(one.weight, self.scores.get((person, str(one.described["paper"])))) for one in own]
                )
        return None

    def _adjusted(self, person: str, kind: str) -> Fraction:
        total = Fraction(0)
        for line in self.scheme["adjustments"]:
            own = [
                Fraction(row["points"])
                for row in self.entries
                if row["reviewee"] == person and row["adjustment"] == str(line["id"])
            ]
            if line["kind"] == kind and own:
                entered = sum(own, Fraction(0))
                counted = min(entered, Fraction(line["limit"])) if line["limit"] else entered
                self._tell((person, "", "", str(line["id"]), "", "entered"), entered)
                self._tell((person, "", "", str(line["id"]), "", "counted"), counted)
                total += counted
        limit = self.rules[f"{kind}_limit"]
        total = min(total, Fraction(limit)) if limit else total
        self._tell((person, "", "", "", "", kind), total)
        return total

    def component_faults(self) -> list[str]:
        """Return which lines of components.csv do not follow from what they say, or are not those of the scheme."""
        faults = []
        for person, parts in self.parts.items():
            for part in parts:
                for what, ours, theirs in self._component_words(part):
                    if ours != theirs:
                        faults.append(
                            f"components.csv：述职对象 {person} 的“{part.row['name']}”{what}应为 {ours or '空'}，"
                            f"包里是 {theirs or '空'}。"
                        )
        return faults + self._foreign_components()

    def _component_words(self, part: Part) -> Iterator[tuple[str, str, str]]:
        row = part.row
        yield (
            "折算前",
            self._words(part.raw),
            f"{row['raw_exact']}（{row['raw']}）" if row["raw_exact"] else "",
        )
        yield "得分", self._words(part.score), f"{row['exact']}（{row['rounded']}）" if row["exact"] else ""
        yield "折算方法", part.kind, row["conversion"]
        yield "另看的占比", " ".join(map(exact, part.overriding)), row["overriding"]
        yield "名次", "" if part.place is None else str(part.place), row["place"]
        yield "最高", exact(part.best), row["best"]

    def _words(self, value: Fraction | None) -> str:
        return "" if value is None else f"{exact(value)}（{half_up(value, self.places)}）"

    def _foreign_components(self) -> list[str]:
        told = Counter(
            (row["reviewee"], row["component"], row["kind"], row["paper"], Fraction(row["weight"]))
            for row in self.components
        )
        wanted = Counter(
            (str(person["id"]), str(one["id"]), one["kind"], str(one["paper"] or ""), Fraction(one["weight"]))
            for person in self.scheme["reviewees"]
            for one in self.scheme["components"]
        )
        lines = {(str(one["id"]), one["kind"]) for one in self.scheme["adjustments"]}
        foreign = [row for row in self.entries if (row["adjustment"], row["kind"]) not in lines]
        faults = [] if told == wanted else ["components.csv 的得分构成或权重与 scheme.json 不一致。"]
        return faults + (["adjustments.csv 里有方案没有的加分扣分。"] if foreign else [])

    def _ranks(self, members: list[str], totals: dict[str, Fraction | None]) -> dict[str, int]:
        published = {
            person: Fraction(half_up(total, self.places))
            for person, total in totals.items()
            if total is not None
        }
        lowest_first = sorted(published.values())
        rank = {}
        for person in members:
            if len(published) == len(members):
                rank[person] = 1 + len(members) - bisect.bisect_right(lowest_first, published[person])
            self._tell((person, "", "", "", "", "rank"), rank.get(person))
            self._tell((person, "", "", "", "", "in_field"), len(members))
        return rank

    def _closeness(
        self, members: list[str], totals: dict[str, Fraction | None], rank: dict[str, int]
    ) -> None:
        """Tell whom the ballots do not tell apart; whose score or rank is hidden is not compared."""
        hidden = {
            person
            for person in members
            for flag in ("hides_score", "hides_rank")
            if (person, "", "", flag) in self.flags
        }
        shown = [person for person in members if person in rank and person not in hidden]
        unit = 10**self.places
        told = {
            person: int(Fraction(half_up(totals[person] or Fraction(0), self.places)) * unit)
            for person in shown
        }
        reach = {person: Fraction("1.96") ** 2 * self._swing(person) * unit**2 for person in shown}
        near = near_by(told, reach)
        for person in shown:
            places = [rank[one] for one in [person, *near[person]]]
            self._tell((person, "", "", "", "", "close_to"), " ".join(sorted(near[person], key=int)))
            self._tell((person, "", "", "", "", "close_ranks"), f"{min(places)}-{max(places)}")

    def _swing(self, person: str) -> Fraction:
        parts = self.parts[person]
        all_weights = sum((one.weight for one in parts), Fraction(0))
        found = Fraction(0)
        for key, paper in self.papers.items():
            own = [
                one
                for one in parts
                if one.described["kind"] == "ballot" and str(one.described["paper"]) == key
            ]
            pull = sum((one.weight / all_weights * one.slope() for one in own), Fraction(0))
            if (person, key) in self.scores:
                found += pull**2 * self._form_swing(person, paper)
        return found

    def _form_swing(self, person: str, paper: Paper) -> Fraction:
        found = Fraction(0)
        for group, _ in self.groups:
            pile = self.piles[person, paper.key, group]
            if pile.scores:
                share = Fraction(self.found[person, paper.key, group, "", "", "share"][0])
                spread = pile.spread()
                if spread is None or (person, paper.key, group, "hidden") in self.flags:
                    found += share**2 * paper.widest(self.rules) / max(pile.n_returned, 1)
                else:
                    found += share**2 * spread / pile.divided_by()
        return found


def near_by(told: dict[str, int], reach: dict[str, Fraction]) -> dict[str, list[str]]:
    """Return for everybody the others whose distance squared is at most both reaches together; whole numbers decide unless it is close."""
    near: dict[str, list[str]] = {person: [] for person in told}
    whole = {person: int(own) for person, own in reach.items()}
    furthest = max(whole.values(), default=0) + 1
    upwards = sorted(told, key=lambda person: told[person])
    for n, person in enumerate(upwards, start=1):
        for other in itertools.islice(upwards, n, None):
            gap = (told[other] - told[person]) ** 2
            if gap > whole[person] + furthest:
                break
            more = gap - whole[person] - whole[other]
            if more <= 0 or (more == 1 and reach[person] + reach[other] >= gap):
                near[person].append(other)
                near[other].append(person)
    return near


def _whole(parts: list[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """Return the weighted mean; ``None`` if a part is missing."""
    known = [(weight, value) for weight, value in parts if value is not None]
    return mean(known) if len(known) == len(parts) else None


def _words(told: Told) -> str:
    return f"{told[0]}（{told[1]}）" if told[1] else (told[0] or "空")


class Check:
    """All comparisons between a package and its recount."""

    def __init__(self, content: bytes) -> None:
        self.package = Package(content)
        self.recount = Recount(self.package)
        names = {row["reviewee"]: row["name"] for row in self.package.rows("reviewees.csv")}
        self.names = defaultdict(str, names)

    def differences(self) -> list[str]:
        """Return in words all that differs; empty if the package agrees with itself."""
        told = {
            (row["reviewee"], row["paper"], row["group"], row["item"], row["option"], row["figure"]): (
                row["exact"],
                row["rounded"],
            )
            for row in self.package.rows("results.csv")
        }
        figures = self.recount.figures()
        return [
            *self.package.wrong_parts(),
            *self._wrong_forms(),
            *self._wrong_sessions(),
            *self._wrong_ledger(),
            *self._wrong_figures(told, figures),
            *self.recount.component_faults(),
            *self._wrong_flags(told, figures),
        ]

    def _wrong_forms(self) -> list[str]:
        definitions = {str(one["id"]): one["definition"] for one in self.recount.scheme["papers"]}
        faults = [
            f"测评表 {one['id']} 的内容与 manifest.json 所载的摘要不符。"
            for one in self.package.manifest["papers"]
            if hashlib.sha256(canonical(definitions.get(str(one["id"])))).hexdigest() != one["sha256"]
        ]
        for session in self.recount.sessions.values():
            form, told = session["form"] or {}, session["form_hash"]
            if told and hashlib.sha256(canonical(session["form"])).hexdigest() != told:
                faults.append(f"场次“{session['title']}”的测评表与截止时固定的摘要不符。")
            parts = form.get("parts", []) if told else []
            if any(part["template"] != definitions.get(str(part["paper_id"])) for part in parts):
                faults.append(f"场次“{session['title']}”所用的测评表与方案里的不一致。")
        return faults

    def _wrong_sessions(self) -> list[str]:
        faults = []
        receipts: dict[str, list[str]] = defaultdict(list)
        for row in self.package.rows("trackers.csv"):
            receipts[row["session"]].append(row["tracker"])
        hashes = self._mark_hashes()
        for key, session in self.recount.sessions.items():
            if not session["is_opened"]:
                continue
            if tree_root(receipts[key]) != session["merkle_root"]:
                faults.append(f"场次“{session['title']}”的回执清单算不出记录的 Merkle 根。")
            if hashes[key] != session["marks_hash"]:
                faults.append(
                    f"场次“{session['title']}”的评分与开箱时固定的摘要不符，有人增加、删除或改动过。"
                )
        own = self.recount.sessions.get(str(self.package.manifest["session"]["id"]), {})
        return faults + [
            f"manifest.json 的 {name} 与 scheme.json 不一致。"
            for name in ("form_hash", "merkle_root", "marks_hash")
            if own.get(name) != self.package.manifest[name]
        ]

    def _mark_hashes(self) -> dict[str, str]:
        """Return per session the hash of all its marks, whatever their order."""
        lines: dict[str, list[str]] = {key: [] for key in self.recount.sessions}
        for (reviewee, paper, group), pile in self.recount.marks.items():
            for session, answers in pile.values():
                one = self.recount.sessions[session]
                subject = next(s["id"] for s in one["subjects"] if str(s["reviewee"]) == reviewee)
                own_group = next(g["id"] for g in one["groups"] if str(g["voter_group"]) == group)
                lines[session].append(f"[{subject},{own_group},{paper},{canonical(answers).decode()}]")
        return {
            key: hashlib.sha256("\n".join(sorted(own)).encode()).hexdigest() for key, own in lines.items()
        }

    def _wrong_ledger(self) -> list[str]:
        faults = []
        receipts = Counter(row["session"] for row in self.package.rows("trackers.csv"))
        online: Counter[str] = Counter()
        for row in self.recount.ledger:
            n = {name: int(value) for name, value in row.items() if name not in {"session", "group", "name"}}
            online[row["session"]] += n["online"]
            if n["issued"] != n["online"] + n["paper"] + n["void"] + n["unused"]:
                faults.append(f"台账不平：{row['name']}发出 {n['issued']} 张，与线上＋纸质＋作废＋未交不等。")
            if n["returned"] != n["online"] + n["paper"] or n["returned"] != n["valid"] + n["invalid"]:
                faults.append(
                    f"台账不平：{row['name']}收回 {n['returned']} 张，与开箱的有效、无效票数对不上。"
                )
            faults += self._wrong_mark_numbers(row, n["valid"], n["partly"])
        faults += [
            f"场次 {key} 的回执 {receipts[key]} 份，台账上线上票 {n} 张。"
            for key, n in online.items()
            if receipts[key] != n
        ]
        return faults

    def _wrong_mark_numbers(self, row: dict[str, str], n_valid: int, n_partly: int) -> list[str]:
        """Every valid ballot has one mark for every reviewee and form, less those the rules made void."""
        session = self.recount.sessions[row["session"]]
        faults = []
        for subject in session["subjects"]:
            for paper in session["papers"]:
                pile = self.recount.marks.get((str(subject["reviewee"]), str(paper), row["group"]), {})
                n = sum(1 for key, _ in pile.values() if key == row["session"])
                if not n_valid - n_partly <= n <= n_valid:
                    faults.append(
                        f"{row['name']}有效票 {n_valid} 张，对{self.names[str(subject['reviewee'])]}的评价却有 {n} 份。"
                    )
        return faults

    def _wrong_figures(self, told: dict[Place, Told], figures: dict[Place, Told]) -> list[str]:
        faults = []
        for place in sorted(told.keys() | figures.keys()):
            if place[5] in FLAGS:
                continue
            ours, theirs = figures.get(place), told.get(place)
            if ours != theirs:
                right = "没有这一项" if ours is None else _words(ours)
                faults.append(
                    f"{self._where(place)}应为 {right}，包里是 {'没有' if theirs is None else _words(theirs)}。"
                )
        return faults

    def _where(self, place: Place) -> str:
        person, paper, group, item, option, figure = place
        groups = {str(one["id"]): one["name"] for one in self.recount.scheme["groups"]}
        papers = self.recount.papers
        lines = {str(one["id"]): one["name"] for one in self.recount.scheme["adjustments"]}
        words = [self.names[person] or person]
        if paper and len(papers) > 1:
            words.append(papers[paper].name if paper in papers else paper)
        if group:
            words.append(groups.get(group, group))
        if item:
            items = {one["key"]: one["text"] for one in papers[paper].items} if paper in papers else lines
            words.append(items.get(item, item))
        return " · ".join([*words, *([option] if option else [])]) + f"：{FIGURES.get(figure, figure)}"

    def _wrong_flags(self, told: dict[Place, Told], figures: dict[Place, Told]) -> list[str]:
        """More may be hidden than numbers alone demand, never less."""
        k_min = self.recount.rules["k_min"]
        faults = []
        forms = {place[:2] for place in figures if place[1]}
        for person, paper in sorted(forms):
            n_of = {
                group: self._n_behind(figures, (person, paper, group)) for group, _ in self.recount.groups
            }
            voted = [group for group, n in n_of.items() if n]
            small = [group for group in voted if n_of[group] < k_min]
            hidden = [g for g in voted if told.get((person, paper, g, "", "", "hidden"), ("", ""))[0] == "1"]
            hides_score = told.get((person, paper, "", "", "", "hides_score"), ("", ""))[0] == "1"
            who = self.names[person] or person
            if not set(small) <= set(hidden):
                faults.append(f"{who}：有类别不足 {k_min} 张票，却没有标明不单独显示。")
            if small and len(hidden) == 1 and len(voted) > 1:
                faults.append(f"{who}：只隐去了一个类别，可以相减推出。")
            must_hide = bool(small) and (len(voted) == 1 or sum(n_of.values()) < k_min)
            if must_hide and not hides_score:
                faults.append(f"{who}：全部有效票不足 {k_min} 张，得分却没有标明不显示。")
            used = any(str(one["paper"] or "") == paper for one in self.recount.scheme["components"])
            person_hides = told.get((person, "", "", "", "", "hides_score"), ("", ""))[0] == "1"
            if hides_score and used and not person_hides:
                faults.append(f"{who}：测评表得分不显示，总分却没有标明不显示，可以倒推。")
        return faults

    def _n_behind(self, figures: dict[Place, Told], place: tuple[str, str, str]) -> int:
        numbers = [int(figures[*place, "", "", name][0]) for name in ("valid", "scored")]
        return min((n for n in numbers if n), default=0)


def verify(content: bytes) -> list[str]:
    """Return in words what differs; empty if everything agrees.

    :raises NotAPackageError: the file is no result package.
    """
    check = Check(content)
    try:
        return check.differences()
    except (KeyError, ValueError, TypeError, ArithmeticError, AttributeError, StopIteration) as fault:
        raise NotAPackageError(f"结果包内容不完整，无法复算（{type(fault).__name__}）。") from fault


def main(arguments: list[str]) -> int:
    """Verify the file named on the command line."""
    names = [one for one in arguments if one != "--json"]
    if len(names) != 1:
        sys.stderr.write("用法：python3 verification.py 结果包.zip\n")
        return 2
    try:
        content = sys.stdin.buffer.read() if names[0] == "-" else open(names[0], "rb").read()  # noqa: SIM115, PTH123 -- read once
        found = verify(content)
    except (NotAPackageError, OSError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    if "--json" in arguments:
        sys.stdout.write(
            json.dumps({"agrees": not found, "differences": found[:MOST_WORDS], "n": len(found)})
        )
    else:
        sys.stdout.write(
            "\n".join(found[:MOST_WORDS] or ["复核一致：台账、评分、各级得分、总分和名次都与结果包相同。"])
            + "\n"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
