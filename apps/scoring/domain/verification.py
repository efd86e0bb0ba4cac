"""The independent verifier of a result package. Standard library only: this one file runs on any computer with Python 3.11.

    python3 verification.py PACKAGE        (or - for standard input; --json for programs)

It shares no line with the code that opens the urn, counts and scores. It reads the plain parts of the package, computes everything
again in its own slow and simple way, and says in words what differs. Exit code 0: agrees, 1: differs, 2: no such package.
"""

import csv
import hashlib
import io
import json
import math
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

Json = dict[str, Any]
RESULTS = "spk-results-1"
MOST_WORDS = 50  # differences that are told one by one
NEEDED = (
    "scheme.json",
    "marks.csv",
    "components.csv",
    "results.csv",
    "ledger.csv",
    "trackers.csv",
    "reviewees.csv",
)
FIGURES = {
    "returned": "收回票数",
    "valid": "有效票数",
    "scored": "计分票数",
    "mean": "平均分",
    "share": "在测评得分中的份额",
    "hidden": "是否不单独显示",
    "count": "票数",
    "answered": "填写票数",
    "points": "平均分值",
    "item_score": "分项得分",
    "score": "测评表得分",
    "ballot": "测评得分",
    "total": "总分",
    "rank": "名次",
    "in_field": "领域人数",
    "hides_score": "是否不显示得分",
    "hides_items": "是否不显示分项得分",
}


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


class Recount:
    """Everything computed again from marks, ledger and scheme."""

    def __init__(self, package: Package) -> None:
        self.scheme = json.loads(package.parts["scheme.json"])
        self.rules = self.scheme["rules"]
        self.places = int(self.rules["decimals"])
        self.papers = [Paper(one) for one in self.scheme["papers"]]
        self.groups = [(str(one["id"]), Fraction(one["weight"])) for one in self.scheme["groups"]]
        self.sessions = {str(one["id"]): one for one in self.scheme["sessions"]}
        self.ledger = list(package.rows("ledger.csv"))
        self.components = list(package.rows("components.csv"))
        self.marks = self._read_marks(package.rows("marks.csv"))
        self.found: dict[Place, Told] = {}

    def _read_marks(
        self, rows: Iterator[dict[str, str]]
    ) -> dict[tuple[str, str, str], dict[str, tuple[str, dict[str, str]]]]:
        """Return (reviewee, paper, group) -> mark -> session and answers."""
        marks: dict[tuple[str, str, str], dict[str, tuple[str, dict[str, str]]]] = defaultdict(dict)
        for row in rows:
            pile = marks[row["reviewee"], row["paper"], row["group"]]
            _, answers = pile.setdefault(row["mark_id"], (row["session"], {}))
            if row["item"]:
                answers[row["item"]] = row["option"] or row["value"]
        return marks

    def figures(self) -> dict[Place, Told]:
        """Compute everything that results.csv tells."""
        totals: dict[str, Fraction | None] = {}
        for person in self.scheme["reviewees"]:
            totals[str(person["id"])] = self._person(str(person["id"]))
        self._ranks(totals)
        return self.found

    def _tell(self, place: Place, value: Fraction | int | str | None, *, rounded: bool = True) -> None:
        if isinstance(value, Fraction):
            self.found[place] = (exact(value), half_up(value, self.places) if rounded else "")
        else:
            self.found[place] = ("" if value is None else str(value), "")

    def _person(self, person: str) -> Fraction | None:
        scores: dict[str, Fraction | None] = {}
        for paper in self.papers:
            on_forms = [
                one
                for one in self.sessions.values()
                if any(str(subject["reviewee"]) == person for subject in one["subjects"])
                and int(paper.key) in one["papers"]
            ]
            if on_forms:
                score = self._paper(person, paper)
                scores[paper.key] = score if all(one["is_opened"] for one in on_forms) else None
                self._tell((person, paper.key, "", "", "", "score"), scores[paper.key])
        return self._total(person, scores)

    def _paper(self, person: str, paper: Paper) -> Fraction | None:
        parts = []
        by_item: dict[str, list[tuple[Fraction, Fraction]]] = {item["key"]: [] for item in paper.items}
        for group, weight in self.groups:
            value, points = self._group(person, paper, group)
            parts.append((group, weight, value))
            for key, item_mean in points.items():
                by_item[key].append((weight, item_mean))
        for key, values in by_item.items():
            self._tell((person, paper.key, "", key, "", "item_score"), mean(values))
        blocks = self.rules["empty_group_rule"] == "block" and any(value is None for *_, value in parts)
        counted = [] if blocks else [(weight, value) for _, weight, value in parts if value is not None]
        all_weights = sum((weight for weight, _ in counted), Fraction(0))
        for group, weight, value in parts:
            share = weight / all_weights if value is not None and counted else Fraction(0)
            self._tell((person, paper.key, group, "", "", "share"), share, rounded=False)
        return mean(counted)

    def _group(self, person: str, paper: Paper, group: str) -> tuple[Fraction | None, dict[str, Fraction]]:
        pile = self.marks.get((person, paper.key, group), {})
        scores: list[Fraction] = []
        n_valid = 0
        given: dict[str, list[tuple[str, Fraction]]] = {item["key"]: [] for item in paper.items}
        for session, answers in pile.values():
            n_people = len(self.sessions[session]["subjects"])
            score, is_valid = self._mark(paper, answers, n_people)
            n_valid += is_valid
            if score is not None:
                scores.append(score)
            for item in paper.items if is_valid else []:
                if item["key"] in answers:
                    answer = answers[item["key"]]
                    given[item["key"]].append(
                        (paper.column(item, answer), paper.worth(item, answer, n_people))
                    )
        place = (person, paper.key, group)
        points = self._tell_items(place, given)
        value = self._trimmed_mean(scores)
        self._tell((*place, "", "", "returned"), self._n_returned(person, paper, group, len(pile)))
        self._tell((*place, "", "", "valid"), n_valid)
        self._tell((*place, "", "", "scored"), len(scores))
        self._tell((*place, "", "", "mean"), value)
        return value, points

    def _tell_items(
        self, place: tuple[str, str, str], given: dict[str, list[tuple[str, Fraction]]]
    ) -> dict[str, Fraction]:
        points = {}
        for key, answers in given.items():
            for column, n in Counter(column for column, _ in answers if column).items():
                self._tell((*place, key, column, "count"), n)
            if answers:
                points[key] = sum((worth for _, worth in answers), Fraction(0)) / len(answers)
            self._tell((*place, key, "", "answered"), len(answers))
            self._tell((*place, key, "", "points"), points.get(key))
        return points

    def _mark(self, paper: Paper, answers: dict[str, str], n_people: int) -> tuple[Fraction | None, bool]:
        """Return one mark's score, and whether it is valid at all."""
        scored = [item for item in paper.items if paper.weight(item) > 0]
        filled = [item for item in scored if item["key"] in answers]
        is_void = self.rules["blank_rule"] == "void" and len(filled) < len(scored)
        if is_void or not any(item["key"] in answers for item in paper.items):
            return None, False
        if not filled:
            return None, True
        values = [(paper.weight(item), paper.worth(item, answers[item["key"]], n_people)) for item in filled]
        if self.rules["blank_rule"] == "value":
            blank = Fraction(self.rules["blank_value"])
            values += [(paper.weight(item), blank) for item in scored if item["key"] not in answers]
        return mean(values), True

    def _trimmed_mean(self, scores: list[Fraction]) -> Fraction | None:
        if not scores:
            return None
        k, n = self.rules["trim_each_side"], len(scores)
        kept = sorted(scores)[k : n - k] if n > self.rules["trim_when_more_than"] and n > 2 * k else scores
        return sum(kept, Fraction(0)) / len(kept)

    def _n_returned(self, person: str, paper: Paper, group: str, n_marks: int) -> int:
        lines = [
            int(row["online"]) + int(row["paper"])
            for row in self.ledger
            if row["group"] == group
            and int(paper.key) in self.sessions[row["session"]]["papers"]
            and any(str(one["reviewee"]) == person for one in self.sessions[row["session"]]["subjects"])
        ]
        return sum(lines) if lines else n_marks

    def _total(self, person: str, scores: dict[str, Fraction | None]) -> Fraction | None:
        parts = [
            (row["kind"], Fraction(row["weight"]), self._component(row, scores))
            for row in self.components
            if row["reviewee"] == person
        ]
        ballots = [(weight, value) for kind, weight, value in parts if kind == "ballot"]
        self._tell((person, "", "", "", "", "ballot"), _whole(ballots))
        total = _whole([(weight, value) for _, weight, value in parts])
        self._tell((person, "", "", "", "", "total"), total)
        return total

    def _component(self, row: dict[str, str], scores: dict[str, Fraction | None]) -> Fraction | None:
        if row["kind"] == "ballot":
            return scores.get(row["paper"])
        return Fraction(row["value"]) * 100 / Fraction(row["out_of"]) if row["value"] else None

    def component_faults(self) -> list[str]:
        """Return which lines of components.csv do not follow from what they say, or are not those of the scheme."""
        faults = []
        for row in self.components:
            if row["kind"] == "ballot":
                value = self.found.get((row["reviewee"], row["paper"], "", "", "", "score"), ("", ""))
            else:
                score = self._component(row, {})
                value = (exact(score), "" if score is None else half_up(score, self.places))
            if value != (row["exact"], row["rounded"]):
                faults.append(
                    f"components.csv：述职对象 {row['reviewee']} 的“{row['name']}”应为 {_words(value)}，包里是 "
                    f"{_words((row['exact'], row['rounded']))}。"
                )
        return faults + self._foreign_components()

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
        return [] if told == wanted else ["components.csv 的得分构成或权重与 scheme.json 不一致。"]

    def _ranks(self, totals: dict[str, Fraction | None]) -> None:
        fields: dict[str, list[str]] = defaultdict(list)
        for person in self.scheme["reviewees"]:
            fields[person["field"]].append(str(person["id"]))
        for members in fields.values():
            published = [
                None if (total := totals[one]) is None else Fraction(half_up(total, self.places))
                for one in members
            ]
            for person, own in zip(members, published, strict=True):
                known = [value for value in published if value is not None]
                rank = None
                if own is not None and len(known) == len(published):
                    rank = 1 + sum(1 for value in known if value > own)
                self._tell((person, "", "", "", "", "rank"), rank)
                self._tell((person, "", "", "", "", "in_field"), len(members))


def _whole(parts: list[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """Return the weighted mean inside 0–100; ``None`` if a part is missing."""
    known = [(weight, value) for weight, value in parts if value is not None]
    result = mean(known) if len(known) == len(parts) else None
    return None if result is None else max(Fraction(0), min(Fraction(100), result))


def _words(told: Told) -> str:
    return f"{told[0]}（{told[1]}）" if told[1] else (told[0] or "空")


FLAGS = ("hidden", "hides_score", "hides_items")


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
        papers = {one.key: one for one in self.recount.papers}
        words = [self.names[person] or person]
        if paper and len(papers) > 1:
            words.append(papers[paper].name if paper in papers else paper)
        if group:
            words.append(groups.get(group, group))
        if item:
            items = {one["key"]: one["text"] for one in papers[paper].items} if paper in papers else {}
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
            used = any(str(one["paper"]) == paper for one in self.recount.scheme["components"])
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
