"""A second, slow computation in another style: plain loops over the lines of marks.csv and scheme.json, no code shared with the app.

It knows only text, dicts and lists, as somebody would write it down who has nothing but the recipe in the package. ``Book`` does everything;
``figures`` are exact fractions or ``None``.
"""

from fractions import Fraction


def once(work):
    """Do a piece of work once per book and question, and write the answer down."""

    def answer(book, *question):
        key = (work.__name__, *(one["id"] if isinstance(one, dict) else str(one) for one in question))
        if key not in book.written:
            book.written[key] = work(book, *question)
        return book.written[key]

    return answer


class Book:
    def __init__(self, scheme, mark_lines, brought_in, entry_lines, returned):
        self.scheme = scheme
        self.rules = scheme["rules"]
        self.brought_in = brought_in  # (reviewee, component) -> (value, out of)
        self.entry_lines = entry_lines  # (reviewee, line, points)
        self.returned = returned  # group -> ballots
        self.n_people = len(scheme["reviewees"])
        self.written = {}
        self.sheets = {}  # (paper, reviewee, group) -> mark -> item -> answer
        for _, reviewee, group, mark, paper, item, option, value in mark_lines:
            sheet = self.sheets.setdefault((paper, reviewee, group), {})
            answers = sheet.setdefault(mark, {})
            if item:
                answers[item] = option or value

    # -- ballots

    def points(self, paper, item, answer):
        if item["kind"] == "number":
            low = Fraction(item["minimum"])
            high = Fraction(item["maximum"])
            return (Fraction(answer) - low) / (high - low) * 100
        if item["kind"] == "rank":
            if self.n_people == 1:
                return Fraction(100)
            return Fraction(self.n_people - int(answer), self.n_people - 1) * 100
        for scale in paper["definition"]["scales"]:
            if scale["key"] == item["scale"]:
                for option in scale["options"]:
                    if option["key"] == answer:
                        return Fraction(option["value"])
        raise AssertionError(answer)

    def counted_items(self, paper):
        items = []
        for item in paper["definition"]["items"]:
            if item["kind"] != "text":
                items.append(item)
        return items

    def judge(self, paper, answers):
        """What one mark is: "void", "silent", or its score."""
        top = Fraction(0)
        bottom = Fraction(0)
        filled = 0
        blanks = 0
        for item in self.counted_items(paper):
            weight = Fraction(item["weight"])
            if weight == 0:
                continue
            if item["key"] in answers:
                filled += 1
                top += weight * self.points(paper, item, answers[item["key"]])
                bottom += weight
            else:
                blanks += 1
                if self.rules["blank_rule"] == "value":
                    top += weight * Fraction(self.rules["blank_value"])
                    bottom += weight
        if filled == 0:
            return "silent"
        if blanks > 0 and self.rules["blank_rule"] == "void":
            return "void"
        return top / bottom

    def divisor(self, said, silent, group):
        if self.rules["denominator"] == "valid":
            return said
        if self.rules["denominator"] == "valid_with_abstentions":
            return said + silent
        return self.returned[group]

    @once
    def group_mean(self, paper, person, group):
        scores = []
        silent = 0
        for answers in self.sheets.get((paper["id"], person, group["id"]), {}).values():
            verdict = self.judge(paper, answers)
            if verdict == "silent":
                silent += 1
            elif verdict != "void":
                scores.append(verdict)
        if len(scores) == 0:
            return None
        divisor = self.divisor(len(scores), silent, group["id"])
        scores.sort()
        drop = self.rules["trim_each_side"]
        if len(scores) > self.rules["trim_when_more_than"] and len(scores) > 2 * drop:
            scores = scores[drop : len(scores) - drop]
            divisor -= 2 * drop
        total = Fraction(0)
        for score in scores:
            total += score
        return total / divisor

    def answers_to(self, paper, person, group, key):
        """All answers to an item, and how many marks are silent about it."""
        given = []
        silent = 0
        for answers in self.sheets.get((paper["id"], person, group["id"]), {}).values():
            if self.judge(paper, answers) == "void":
                continue
            if key in answers:
                given.append(answers[key])
            else:
                silent += 1
        return given, silent

    def group_share(self, paper, person, group, key, options):
        given, silent = self.answers_to(paper, person, group, key)
        if len(given) == 0:
            return None
        hits = 0
        for answer in given:
            if answer in options:
                hits += 1
        return Fraction(100 * hits, self.divisor(len(given), silent, group["id"]))

    def group_points(self, paper, person, group, item):
        given, silent = self.answers_to(paper, person, group, item["key"])
        if len(given) == 0:
            return None
        total = Fraction(0)
        for answer in given:
            total += self.points(paper, item, answer)
        return total / self.divisor(len(given), silent, group["id"])

    def over_groups(self, values, may_block=True):
        top = Fraction(0)
        bottom = Fraction(0)
        for group, value in zip(self.scheme["groups"], values, strict=True):
            if value is None:
                if may_block and self.rules["empty_group_rule"] == "block":
                    return None
                continue
            top += Fraction(group["weight"]) * value
            bottom += Fraction(group["weight"])
        if bottom == 0:
            return None
        return top / bottom

    @once
    def paper_score(self, paper, person):
        return self.over_groups([self.group_mean(paper, person, group) for group in self.scheme["groups"]])

    def item_score(self, paper, person, item):
        values = [self.group_points(paper, person, group, item) for group in self.scheme["groups"]]
        return self.over_groups(values, may_block=False)

    @once
    def share(self, paper, person, key, options):
        groups = self.scheme["groups"]
        return self.over_groups([self.group_share(paper, person, group, key, options) for group in groups])

    def paper(self, number):
        for paper in self.scheme["papers"]:
            if paper["id"] == number:
                return paper
        return None

    # -- components

    @once
    def raw(self, component, person):
        if component["kind"] == "imported":
            if (person, component["id"]) not in self.brought_in:
                return None
            value, out_of = self.brought_in[person, component["id"]]
            if component["conversion"].get("kind") == "place":
                if value != int(value) or value < 1:
                    return None
                return Fraction(value)
            return Fraction(value) * 100 / Fraction(out_of)
        paper = self.paper(component["paper"])
        if component["kind"] == "ballot":
            return self.paper_score(paper, person)
        return self.share(paper, person, component["item"], component["options"])

    @once
    def converted(self, component, person, everybody):
        """The score of a component, and all of ``everybody`` are the people of the field."""
        raw = self.raw(component, person)
        plan = component["conversion"]
        if raw is None or plan == {}:
            return raw
        if plan["kind"] == "bands":
            return self.by_bands(component, person, raw)
        if plan["kind"] == "place":
            return self.by_place(plan, raw)
        others = [self.raw(component, one) for one in everybody]
        if None in others:
            return None
        return self.among_others(plan, raw, others)

    def by_bands(self, component, person, raw):
        plan = component["conversion"]
        for override in plan["overrides"]:
            reached = self.share(
                self.paper(component["paper"]), person, component["item"], override["options"]
            )
            if reached is not None and reached >= Fraction(override["at_least"]):
                return Fraction(override["score"])
        best = None
        for band in plan["bands"]:
            start = Fraction(band["at_least"])
            if raw >= start and (best is None or start > Fraction(best["at_least"])):
                best = band
        return None if best is None else Fraction(best["score"])

    def among_others(self, plan, raw, others):
        if plan["kind"] == "best_ratio":
            return None if max(others) == 0 else raw / max(others) * 100
        own = rounded(raw, self.rules["decimals"])
        place = 1
        for other in others:
            if rounded(other, self.rules["decimals"]) > own:
                place += 1
        return self.by_place(plan, place)

    def by_place(self, plan, place):
        score = Fraction(plan["first"])
        for _ in range(int(place) - 1):
            score -= Fraction(plan["step"])
        if score < Fraction(plan["floor"]):
            return Fraction(plan["floor"])
        return score

    # -- totals

    def field_of(self, person):
        for one in self.scheme["reviewees"]:
            if one["id"] == person:
                return [other["id"] for other in self.scheme["reviewees"] if other["field"] == one["field"]]
        return []

    def base(self, person):
        top = Fraction(0)
        bottom = Fraction(0)
        for component in self.scheme["components"]:
            score = self.converted(component, person, self.field_of(person))
            if score is None:
                return None
            top += Fraction(component["weight"]) * score
            bottom += Fraction(component["weight"])
        return top / bottom

    def ballot(self, person):
        for kind in ("ballot", "share"):
            top = Fraction(0)
            bottom = Fraction(0)
            for component in self.scheme["components"]:
                if component["kind"] == kind:
                    score = self.paper_score(self.paper(component["paper"]), person)
                    if score is None:
                        return None
                    top += Fraction(component["weight"]) * score
                    bottom += Fraction(component["weight"])
            if bottom > 0:
                return top / bottom
        return None

    def points_of(self, person, kind):
        total = Fraction(0)
        for line in self.scheme["adjustments"]:
            if line["kind"] != kind:
                continue
            own = Fraction(0)
            for reviewee, number, points in self.entry_lines:
                if reviewee == person and number == line["id"]:
                    own += points
            if line["limit"] is not None and own > Fraction(line["limit"]):
                own = Fraction(line["limit"])
            total += own
        limit = self.rules[kind + "_limit"]
        if limit is not None and total > Fraction(limit):
            return Fraction(limit)
        return total

    @once
    def total(self, person):
        base = self.base(person)
        if base is None:
            return None
        total = base + self.points_of(person, "bonus") - self.points_of(person, "deduction")
        if self.rules["clamps_total"]:
            if total > 100:
                return Fraction(100)
            if total < 0:
                return Fraction(0)
        return total

    def rank(self, person):
        totals = [self.total(one) for one in self.field_of(person)]
        if None in totals:
            return None
        places = self.rules["decimals"]
        return place_of(rounded(self.total(person), places), [rounded(one, places) for one in totals])


def place_of(score, all_scores):
    place = 1
    for other in all_scores:
        if other > score:
            place += 1
    return place


def rounded(value, places):
    """Half up (away from nought), by counting units upwards from below; as text and as a number of units."""
    sign = -1 if value < 0 else 1
    units = (abs(value.numerator) * 10**places) // value.denominator
    rest = abs(value) * 10**places - units
    if rest >= Fraction(1, 2):
        units += 1
    return sign * units


def as_text(value, places):
    """The published figure, from the number of its units."""
    if value is None:
        return ""
    units = rounded(value, places)
    sign = "-" if units < 0 else ""
    digits = str(abs(units)).rjust(places + 1, "0")
    if places == 0:
        return sign + digits
    return sign + digits[:-places] + "." + digits[-places:]
