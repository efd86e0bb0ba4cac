"""The independent check of a closed urn, on an offline computer: opens the sealed export with two cards and the sealed page.

Own code: nothing of the opening, the cards or the rules is imported, only ``verification``, PyNaCl and pycryptodome. Cards and what
they open live in memory only. Told are differences, never a ballot.
"""

import base64
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from Crypto.Protocol.SecretSharing import Shamir
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from apps.scoring.domain.verification import Json, NotAPackageError, Package, canonical, tree_root

SEALED = "spk-sealed-1"
NEEDED = ("urn.csv", "entries.csv", "trackers.csv")
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,4})(?:\.[0-9]{1,2})?", re.ASCII)
STRANGE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
ALL_TEXTS = 2000
Row = dict[str, str]


class CardsRefusedError(ValueError):
    """What was typed does not open this urn."""


def bytes_of(text: str, length: int) -> bytes:
    """Return what Crockford's base32 spells."""
    value = 0
    for letter in text:
        value = value * 32 + LETTERS.index(letter)
    return (value >> (len(text) * 5 - length * 8)).to_bytes(length, "big")


def private_key(lines: list[str], session: int, public: bytes) -> bytes:
    """Return the key that two cards (``SPK1…``) and the sealed page (``SPKH…``) make.

    :raises CardsRefusedError: they do not.
    """
    tidy = ["".join(line.upper().split()).replace("-", "") for line in lines if line.strip()]
    tidy = [line[:4] + line[4:].translate(str.maketrans("OIL", "011")) for line in tidy]
    try:
        cards = {raw[4]: raw for raw in (bytes_of(line[4:], 45) for line in tidy if line.startswith("SPK1"))}
        [page] = [bytes_of(line[4:], 44) for line in tidy if line.startswith("SPKH")]
        two = list(cards.values())[:2]
        halves = [Shamir.combine([(raw[4], raw[start : start + 16]) for raw in two]) for start in (9, 25)]
    except (ValueError, IndexError) as fault:
        raise CardsRefusedError("请逐行输入两张钥匙卡（SPK1 开头）和封存页（SPKH 开头）。") from fault
    key = hashlib.sha256(b"spk-key-1|" + b"".join(halves) + page[8:40]).digest()
    of_session = all(int.from_bytes(raw[:4], "big") == session for raw in (*two, page))
    if len(two) < 2 or not of_session or bytes(PrivateKey(key).public_key) != public:  # noqa: PLR2004 -- two of three
        raise CardsRefusedError("钥匙卡和封存页打不开这个票箱，请核对场次和卡片。")
    return key


class Part:
    """One form inside the ballot, with its validity rules."""

    def __init__(self, described: Json, subjects: list[str]) -> None:
        self.key, self.paper, self.subjects = described["key"], described["paper_id"], subjects
        self.template: Json = described["template"]
        self.scales = {scale["key"]: scale["options"] for scale in self.template["scales"]}
        self.items = {item["key"]: item for item in self.template["items"] if item["kind"] != "text"}

    def options(self, key: str) -> list[Json]:
        """Return the options of an item that is ticked; empty for the others."""
        item = self.items.get(key)
        if item is None or item["kind"] not in {"grade", "yes_no"}:
            return []
        found: list[Json] = self.scales.get(item["scale"], [])
        return found

    def offers(self, key: str, answer: object) -> bool:
        """Tell whether the form offers this answer."""
        item = self.items.get(key)
        if item is None or not isinstance(answer, str):
            return False
        if item["kind"] == "number":
            if not NUMBER.fullmatch(answer):
                return False
            low, high, step = (Fraction(item[name]) for name in ("minimum", "maximum", "step"))
            return low <= Fraction(answer) <= high and (Fraction(answer) - low) % step == 0
        if item["kind"] == "rank":
            plain = re.fullmatch("[1-9][0-9]*", answer, re.ASCII)
            return plain is not None and int(answer) <= len(self.subjects)
        return any(option["key"] == answer for option in self.options(key))

    def slots(self, subject: str) -> dict[str, int]:
        """Return where words may stand, and how many characters."""
        own = {"0": "whole"}.get(subject, "per_person")
        found = {"c": self.template["comment_max_chars"]} if self.template["comments"] == own else {}
        if subject != "0":
            found |= {
                item["key"]: item["max_chars"] for item in self.template["items"] if item["kind"] == "text"
            }
        return found

    def surviving(self, rows: dict[str, Row]) -> dict[str, Row] | None:
        """Return the marks that count, by reviewee; a reviewee the rules made void is left out; ``None``: all is void."""
        void_people: set[str] = set()
        void_items: set[tuple[str, str]] = set()
        for rule in self.template["rules"]:
            for subject, key in self._breaches(rule, rows):
                falls_on = rule["consequence"]
                if falls_on == "ballot" or (falls_on == "reviewee" and not subject) or not (subject or key):
                    return None
                if falls_on == "item" and not key:
                    return None
                if falls_on == "reviewee":
                    void_people.add(subject)
                else:
                    void_items |= {(one, key) for one in ([subject] if subject else self.subjects)}
        return {
            subject: {
                key: answer
                for key, answer in rows.get(subject, {}).items()
                if answer and (subject, key) not in void_items
            }
            for subject in self.subjects
            if subject not in void_people
        }

    def _breaches(self, rule: Json, rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
        return getattr(self, f"_{rule['kind']}")(rule["params"], rows)  # type: ignore[no-any-return]

    def _meant(self, params: Json, default: Any) -> list[str]:
        named = params.get("items") or []
        return [key for key, item in self.items.items() if (key in named if named else default(item))]

    def _excused(self, rows: dict[str, Row]) -> str:
        empty = [one for one in self.subjects if not any(rows.get(one, {}).get(key) for key in self.items)]
        return empty[0] if self.template["excludes_self"] and len(empty) == 1 else ""

    def _multi_mark(self, _params: Json, _rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
        yield from ()  # a ballot from a screen bears one answer an item

    def _blank(self, params: Json, rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
        keys = self._meant(params, lambda item: item["is_required"])
        excused = self._excused(rows)
        for subject in self.subjects:
            for key in keys if subject != excused else []:
                if not rows.get(subject, {}).get(key):
                    yield subject, key

    def _count_limit(self, params: Json, rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
        key, n_people = params.get("item", ""), len(self.subjects)
        n = sum(_is_counted(params, rows.get(subject, {}).get(key, "")) for subject in self.subjects)
        most_share, least_share = _number(params.get("max_share")), _number(params.get("min_share")) or 0
        least = max(int(params.get("min_n") or 0), -(-least_share * n_people // 100))
        limits = [int(params["max_n"])] if params.get("max_n") is not None else []
        limits += [] if most_share is None else [int(most_share * n_people // 100)]
        if n < least:
            yield "", key
        if limits and n > min(limits):
            yield "", key

    def _all_equal(self, params: Json, rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
        keys = self._meant(params, lambda item: Fraction(item["weight"]) > 0)
        among = params.get("answers") or []
        for key in keys:
            given = [rows.get(subject, {}).get(key) for subject in self.subjects]
            seen = {self._same(key, answer) for answer in given if answer}
            n = sum(1 for answer in given if answer)
            if n < 2 or len(seen) != 1 or (among and not seen <= {self._same(key, one) for one in among}):  # noqa: PLR2004 -- one alone equals itself
                return
        if keys:
            yield "", keys[0] if len(keys) == 1 else ""

    def _same(self, key: str, answer: str) -> str | Fraction:
        number = _number(answer) if self.items[key]["kind"] == "number" else None
        return answer if number is None else number

    def _overall_agrees(self, params: Json, rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
        overall, share = params.get("overall", ""), _number(params.get("min_share")) or Fraction(0)
        keys = self._ticked_beside(params, overall)
        for subject in self.subjects:
            row = rows.get(subject, {})
            given = [row[key] for key in keys if row.get(key)]
            n_best = sum(1 for answer in given if answer in params.get("best", ()))
            is_best = row.get(overall, "") == params.get("option")
            if is_best and n_best < -(-share * len(given) // 100):
                yield subject, overall

    def _ticked_beside(self, params: Json, overall: str) -> list[str]:
        return self._meant(
            params, lambda item: item["key"] != overall and item["kind"] in {"grade", "yes_no"}
        )

    def _overall_floor(self, params: Json, rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
        overall = params.get("overall", "")
        order = [option["key"] for option in self.options(overall)]
        floor = params.get("not_better_than", "")
        better = order[: order.index(floor)] if floor in order else []
        keys = self._ticked_beside(params, overall)
        for subject in self.subjects:
            row = rows.get(subject, {})
            if row.get(overall) in better and any(row.get(key) in params.get("worst", ()) for key in keys):
                yield subject, overall

    def _band_agrees(self, params: Json, rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
        overall = params.get("overall", "")
        keys = self._meant(params, lambda item: item["key"] != overall and item["kind"] == "number")
        bands = {
            option["key"]: (_edge(option["low"]), _edge(option["high"])) for option in self.options(overall)
        }
        for subject in self.subjects:
            row = rows.get(subject, {})
            numbers = [_number(row.get(key, "")) for key in keys]
            low, high = bands.get(row.get(overall, ""), (None, None))
            total = sum(number for number in numbers if number is not None)
            is_off = (low is not None and total < low) or (high is not None and total > high)
            if keys and None not in numbers and is_off:
                yield subject, overall

    def _rank_complete(self, params: Json, rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
        key = params.get("item", "")
        given = [rank for subject in self.subjects if (rank := rows.get(subject, {}).get(key))]
        n = len(self.subjects) - (1 if self._excused(rows) else 0)
        if given and sorted(_number(rank) or 0 for rank in given) != list(range(1, n + 1)):
            yield "", key

    def _min_answered(self, params: Json, rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
        n = sum(1 for one in self.subjects if any(rows.get(one, {}).get(key) for key in self.items))
        if n < min(int(params.get("n") or 0), len(self.subjects) - bool(self.template["excludes_self"])):
            yield "", ""


def _number(value: object) -> Fraction | None:
    return Fraction(str(value)) if NUMBER.fullmatch(str(value)) else None


def _edge(value: str | None) -> Fraction | None:
    return Fraction(value) if value is not None and Fraction(value) * 100 % 1 == 0 else None


def _is_counted(params: Json, answer: str) -> bool:
    if params.get("answers"):
        return answer in params["answers"]
    number, low, high = _number(answer), _number(params.get("at_least")), _number(params.get("at_most"))
    return number is not None and (low is None or number >= low) and (high is None or number <= high)


class Urn:
    """The opened export: per voter group what came back, and the multiset of torn marks."""

    def __init__(self, package: Package, key: bytes) -> None:
        self.box = SealedBox(PrivateKey(key))
        self.manifest = package.manifest
        form = package.manifest["form"]
        self.subjects = [str(subject["id"]) for subject in form["subjects"]]
        self.parts = {part["key"]: Part(part, self.subjects) for part in form["parts"]}
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.lines: list[str] = []
        known = {row["tracker"] for row in package.rows("trackers.csv")}
        self.entries = list(package.rows("entries.csv"))
        for row in package.rows("urn.csv"):
            if row["tracker"] in known:
                self._open(row)
        self._add_totals()

    def _unsealed(self, text: str) -> bytes | None:
        raw = base64.b64decode(text)
        try:
            body, mark, rest = self.box.decrypt(raw[1:]).rpartition(b"\x80")
        except CryptoError:
            return None
        return body if raw[:1] == b"\x01" and mark and not rest.strip(b"\0") else None

    def _open(self, row: dict[str, str]) -> None:
        count = self.counts[row["group"]]
        count["returned"] += 1
        marks = self._read(row["selector"], self._unsealed(row["ciphertext"]))
        kept = (
            {} if marks is None else {k: part.surviving(marks.get(k, {})) for k, part in self.parts.items()}
        )
        if marks is None or None in kept.values():
            count["invalid"] += 1
            return
        count["valid"] += 1
        for key, rows in kept.items():
            for subject, answers in (rows or {}).items():
                self._add(subject, row["group"], self.parts[key].paper, answers)

    def _add(self, subject: str, group: str, paper: int, answers: Row) -> None:
        self.lines.append(f"[{subject},{group},{paper},{canonical(answers).decode()}]")

    def _read(self, selector: str, text: bytes | None) -> dict[str, dict[str, Row]] | None:
        """Return the marks of a ballot that was made for this slip, session and form; ``None`` for any other."""
        try:
            content = json.loads(text or b"")
            bound = [content[name] for name in ("v", "s", "c", "f")]
            right = [2, self.manifest["session"]["id"], selector, self.manifest["form_hash"]]
            if (
                bound != right
                or not self._are_marks(content["m"])
                or not self._are_words(content.get("t", {}))
            ):
                return None
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None
        marks: dict[str, dict[str, Row]] = content["m"]
        return marks

    def _are_marks(self, marks: Any) -> bool:
        for key, rows in marks.items():
            for subject, row in rows.items():
                if subject not in self.subjects:
                    return False
                if not all(self.parts[key].offers(item, answer) for item, answer in row.items()):
                    return False
        return set(marks) <= set(self.parts)

    def _are_words(self, texts: Any) -> bool:
        n_all = 0
        for key, rows in texts.items():
            for subject, row in rows.items():
                slots = self.parts[key].slots(subject) if subject in ("0", *self.subjects) else {}
                for slot, text in row.items():
                    if not isinstance(text, str) or len(text) > slots[slot] or STRANGE.search(text):
                        return False
                    n_all += len(text)
                if not slots:
                    return False
        return n_all <= ALL_TEXTS

    def _add_totals(self) -> None:
        """Lay the paper forms out as the opening does: every item's answers best first, blanks last."""
        by_batch: dict[str, list[Json]] = defaultdict(list)
        for entry in self.entries:
            content = json.loads(self._unsealed(entry["ciphertext"]) or b"{}")
            code = hashlib.sha256(f"spk-batch-1|{entry['salt']}|{content.get('c')}".encode()).hexdigest()
            if code != entry["code_hash"] or content.get("f") != self.manifest["form_hash"]:
                raise NotAPackageError(f"纸质统计批次 {entry['batch']} 读不出来。")
            by_batch[entry["batch"]].append({"m": content["m"], "n": content["n_valid"], "all": entry})
        for batch, entries in by_batch.items():
            if len(entries) != 2 or entries[0]["m"] != entries[1]["m"]:  # noqa: PLR2004 -- two people
                raise NotAPackageError(f"纸质统计批次 {batch} 的两次录入不同。")
            self._lay_out(entries[0])

    def _lay_out(self, entry: Json) -> None:
        group, n_valid = entry["all"]["group"], entry["n"]
        self.counts[group].update(
            {"returned": int(entry["all"]["returned"]), "valid": n_valid}
            | {"invalid": int(entry["all"]["returned"]) - n_valid}
        )
        for key, part in self.parts.items():
            for subject in self.subjects:
                columns = {
                    item: self._column(part, item, counts)
                    for item, counts in entry["m"].get(key, {}).get(subject, {}).items()
                }
                for place in range(n_valid):
                    row = {item: column[place] for item, column in columns.items() if place < len(column)}
                    self._add(subject, group, part.paper, row)

    def _column(self, part: Part, item: str, counts: dict[str, int]) -> list[str]:
        order = [option["key"] for option in part.options(item)]
        kind = part.items[item]["kind"]
        given = [answer for answer in counts if answer]
        if kind == "number":
            given.sort(key=Fraction, reverse=True)
        elif kind == "rank":
            given.sort(key=int)
        else:
            given.sort(key=order.index)
        return [answer for answer in given for _ in range(counts[answer])]


def verify_sealed(sealed: bytes, results: bytes, lines: list[str]) -> list[str]:
    """Return in words where the results differ from what lay in the urn; empty if nothing does.

    :raises NotAPackageError, CardsRefusedError: a file or a card is not what is needed.
    """
    package = Package(sealed, kind=SEALED, needed=NEEDED)
    told = Package(results)
    manifest = package.manifest
    if manifest["session"]["id"] != told.manifest["session"]["id"]:
        raise NotAPackageError("密封选票与结果包不是同一个场次。")
    faults = package.wrong_parts()
    if hashlib.sha256(canonical(manifest["form"])).hexdigest() != manifest["form_hash"]:
        faults.append("测评表与固定的摘要不符。")
    trackers = [row["tracker"] for row in package.rows("trackers.csv")]
    if tree_root(trackers) != told.manifest["merkle_root"]:
        faults.append("密封选票的回执清单算不出结果包里的 Merkle 根。")
    faults += _wrong_envelopes(package, set(trackers))
    key = private_key(lines, manifest["session"]["id"], bytes.fromhex(manifest["public_key"]))
    urn = Urn(package, key)
    digest = hashlib.sha256("\n".join(sorted(urn.lines)).encode()).hexdigest()
    if digest != told.manifest["marks_hash"]:
        faults.append("从密封选票得出的全部评分，与开箱时固定的评分不同。")
    return faults + _wrong_counts(urn, told)


def _wrong_envelopes(package: Package, trackers: set[str]) -> list[str]:
    faults = []
    found = set()
    for row in package.rows("urn.csv"):
        bits = int.from_bytes(hashlib.sha256(base64.b64decode(row["ciphertext"])).digest()[:10], "big")
        tracker = "".join(LETTERS[bits >> shift & 31] for shift in range(75, -5, -5))
        if tracker != row["tracker"]:
            faults.append(f"回执 {row['tracker']} 不是它那份密封选票的摘要。")
        found.add(tracker)
    faults += [f"回执 {one} 在清单上，密封选票里没有。" for one in sorted(trackers - found)]
    return faults


def _wrong_counts(urn: Urn, told: Package) -> list[str]:
    groups = {str(one["voter_group"]): str(one["id"]) for one in urn.manifest["groups"]}
    session = str(urn.manifest["session"]["id"])
    faults = []
    for row in told.rows("ledger.csv"):
        if row["session"] != session:
            continue
        ours = urn.counts[groups[row["group"]]]
        for name, words in (("returned", "收回"), ("valid", "有效"), ("invalid", "无效")):
            if int(row[name]) != ours[name]:
                faults.append(
                    f"{row['name']}{words}票：结果包是 {row[name]} 张，从密封选票数出 {ours[name]} 张。"
                )
    return faults
