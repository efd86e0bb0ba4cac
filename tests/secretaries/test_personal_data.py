"""No column about a person without a stated purpose (GB/T 22239-2019, personal information)."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

DICTIONARY = Path(settings.BASE_DIR) / "docs" / "personal-data.md"
SOUNDS_PERSONAL = re.compile(
    r"(^|_)(name|username|phone|mobile|tel|email|mail|wechat|gender|sex|born|birth|birthday|photo|portrait|id_?number|id_?card|"
    r"address|ip|origin|leader|person|signer|signature|contact|participant|ethnic|ethnicity|native|education|degree|health|"
    r"salary|party_member|actor|by|display|label)(_|$)"
)
OF_A_PERSON = {"secretaries.secretary", "secretaries.appointment", "secretaries.photo"}
# Keys and counters of a row say nothing about anybody.
PLAIN = {"id", "version"}
NOT_PERSONAL = {"scoring.groupscore.n_divided_by"}


def declared():
    """Return the columns in the tables of the dictionary, each with its purpose (or what it is instead)."""
    rows = re.findall(r"^\| ([a-z_.]+) \| (.+) \|$", DICTIONARY.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in rows if "." in name}


def columns():
    """Return every column of our tables with whether it belongs into the dictionary."""
    for model in apps.get_models():
        if not model.__module__.startswith("apps."):
            continue
        for field in model._meta.concrete_fields:
            own = model._meta.label_lower in OF_A_PERSON and field.name not in PLAIN
            yield (
                f"{model._meta.label_lower}.{field.name}",
                not field.is_relation and (own or bool(SOUNDS_PERSONAL.search(field.name))),
            )


def test_every_personal_column_is_declared_with_a_purpose():
    known = declared()

    assert [
        name
        for name, is_personal in columns()
        if is_personal and name not in known | dict.fromkeys(NOT_PERSONAL)
    ] == []
    assert [name for name, cells in known.items() if not all(cells)] == []


def test_the_dictionary_names_no_column_that_is_gone():
    present = {name for name, _ in columns()}

    assert [name for name in declared() if name not in present] == []


def test_a_new_personal_column_would_be_noticed():
    for name in ("id_number", "home_address", "email", "nickname_by", "leader_name", "mobile"):
        assert SOUNDS_PERSONAL.search(name)
    for name in ("started_at", "total", "state", "order_no", "byline"):
        assert not SOUNDS_PERSONAL.search(name)
