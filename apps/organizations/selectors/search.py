"""Finding organizations by a part of the name, by pinyin, initials or code, fast at the size of a country.

Each way of searching has its own index. Trigrams know no Chinese where the database's character type is C, so names are found by
their characters: an index of the set of characters narrows, the text itself decides. Letters are looked up in the pinyin and in
the initials: from the beginning for one or two letters (too short for a trigram), anywhere for more.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import StrIndex, Upper
from django.db.models.lookups import GreaterThan

from apps.common.domain.text import search_words
from apps.organizations.domain.tree import ids_in
from apps.organizations.models import Characters, Organization, OrganizationPeriod

SUGGESTED = 20
LOOKED_AT = 2_000
TRIGRAM = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A suggestion: the organization and the names of its superiors from the root down, those out of sight left out."""

    organization: Organization
    way: str


def matching(rows: QuerySet[Organization], word: str) -> QuerySet[Organization]:
    """Narrow to organizations with ``word`` in the name, pinyin or initials, or whose code begins with it."""
    found = named(word)
    if word.isascii():
        found |= Q(code__istartswith=word) | by_letters(word.lower())
    return with_characters(rows).filter(found)


def matching_then(rows: QuerySet[OrganizationPeriod], word: str) -> QuerySet[OrganizationPeriod]:
    """Narrow periods to those with ``word`` in the name or at the beginning of the code of then, or in the letters of today."""
    if not word.isascii():
        return with_characters(rows).filter(named(word))
    # Two tables, so no "or": each side is found by its own index.
    then = with_characters(OrganizationPeriod.objects.all()).filter(named(word) | Q(code__istartswith=word))
    today = OrganizationPeriod.objects.filter(
        organization__in=Organization.objects.filter(by_letters(word.lower()))
    )
    return rows.filter(pk__in=then.order_by().values("pk").union(today.order_by().values("pk"), all=True))


def with_characters(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add what :func:`named` looks at."""
    found: QuerySet[Any] = rows.alias(characters=Characters(Upper("name")))
    return found


def named(word: str) -> Q:
    """Return the condition that ``word`` is a part of the name."""
    # Not LIKE: PostgreSQL would expect a handful of rows of it and sort half a country where it could read the next twenty.
    in_name = GreaterThan(StrIndex(Upper("name"), Value(word.upper())), Value(0))
    return Q(characters__contains=sorted(set(word.upper()))) & Q(in_name)


def by_letters(word: str) -> Q:
    """Return the condition that ``word``, small letters, begins or (from three letters on) is in the pinyin or the initials."""
    if len(word) < TRIGRAM:
        return Q(initials_key__startswith=word) | Q(pinyin_key__istartswith=word)
    return Q(initials_key__contains=word) | Q(pinyin_key__icontains=word)


def suggestions(rows: QuerySet[Organization], typed: str, *, limit: int = SUGGESTED) -> list[Organization]:
    """Return the best of the rows for what was typed: the exact code or name, then what begins with it, then upper levels.

    Of a word that thousands share the first 2,000 found are looked at.
    """
    words = search_words(typed)[:5]
    if not words:
        return []
    for word in words:
        rows = matching(rows, word)
    looked_at = rows.order_by().values("pk")[:LOOKED_AT]
    found = Organization.objects.filter(pk__in=looked_at).order_by(
        _closeness(words[0]), "depth", "pinyin_key", "pk"
    )
    return list(found[:limit])


def with_ways(found: list[Organization], scope_paths: tuple[str, ...]) -> list[Hit]:
    """Add to each hit the names of its superiors inside the scope, by one read for all."""
    ids = {pk for one in found for pk in ids_in(one.path)[:-1]}
    names = {
        pk: name
        for pk, name, path in Organization.objects.filter(pk__in=ids).values_list("pk", "name", "path")
        if any(path.startswith(scope) for scope in scope_paths)
    }
    return [Hit(one, " › ".join(names[pk] for pk in ids_in(one.path)[:-1] if pk in names)) for one in found]


def _closeness(word: str) -> Case:
    return Case(
        When(Q(code__iexact=word) | Q(name__iexact=word), then=Value(0)),
        When(Q(name__istartswith=word) | Q(code__istartswith=word), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
