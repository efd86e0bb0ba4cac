"""A second, slow tally in another style: plain loops over single marks, no code shared with the app.

It knows only lists of lists: ``marks[reviewee][group]`` is a list of ballots, a ballot a list of answers or None. ``items`` are dicts
``{"kind", "weight", "points" | "low", "high" | "n"}``.
"""

from fractions import Fraction


def worth(item, answer):
    if item["kind"] == "number":
        return (Fraction(answer) - item["low"]) / (item["high"] - item["low"]) * 100
    if item["kind"] == "rank":
        if item["n"] == 1:
            return Fraction(100)
        return Fraction(item["n"] - int(answer), item["n"] - 1) * 100
    return item["points"][answer]


def ballot_value(ballot, items, blank_rule, blank_value):
    answered = 0
    blanks = 0
    top = Fraction(0)
    bottom = Fraction(0)
    for i in range(len(ballot)):
        if items[i]["weight"] == 0:
            continue
        if ballot[i] is not None:
            answered += 1
            top = top + items[i]["weight"] * worth(items[i], ballot[i])
            bottom = bottom + items[i]["weight"]
        else:
            blanks += 1
            if blank_rule == "value":
                top = top + items[i]["weight"] * blank_value
                bottom = bottom + items[i]["weight"]
    if answered == 0:
        return None
    if blank_rule == "void" and blanks > 0:
        return None
    return top / bottom


def group_value(ballots, items, blank_rule, blank_value, trim, trim_above, over_returned):
    values = []
    silent = 0
    for ballot in ballots:
        value = ballot_value(ballot, items, blank_rule, blank_value)
        if value is None:
            silent += 1
        else:
            values.append(value)
    if not values:
        return None
    values.sort()
    if len(values) > trim_above and len(values) > 2 * trim:
        values = values[trim : len(values) - trim]
    total = Fraction(0)
    for value in values:
        total += value
    divisor = len(values)
    if over_returned:
        divisor += silent
    return total / divisor


def reviewee_value(groups, group_weights, block_on_empty, *rest):
    top = Fraction(0)
    bottom = Fraction(0)
    for ballots, weight in zip(groups, group_weights, strict=True):
        value = group_value(ballots, *rest)
        if value is None:
            if block_on_empty:
                return None
            continue
        top += weight * value
        bottom += weight
    if bottom == 0:
        return None
    return top / bottom


def place_of(score, all_scores):
    place = 1
    for other in all_scores:
        if other > score:
            place += 1
    return place


def two_decimals(value):
    """Half up, by counting hundredths upwards from below."""
    hundredths = (value.numerator * 100) // value.denominator
    rest = value * 100 - hundredths
    if rest >= Fraction(1, 2):
        hundredths += 1
    return f"{hundredths // 100}.{hundredths % 100:02d}"
