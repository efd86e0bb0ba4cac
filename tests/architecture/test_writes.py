"""Writes happen in services: no view, form, selector or template tag saves a row."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ_ONLY = (
    "views",
    "forms",
    "selectors",
    "policies",
    "api",
    "templatetags",
    "lists",
    "pdf",
    "sheets",
    "tasks",
    "receivers",
)
WRITES = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "select_for_update"}
QUERYSET_WRITES = {"create", "update", "delete"}


def modules():
    for path in sorted((ROOT / "apps").rglob("*.py")):
        parts = path.relative_to(ROOT / "apps").with_suffix("").parts
        if len(parts) > 1 and parts[1] in READ_ONLY:
            yield path


def written(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, target = node.func.attr, ast.unparse(node.func.value)
        is_row = name in WRITES and not target.endswith(("workbook", "book", "super()", "image", "canvas"))
        if is_row or (name in QUERYSET_WRITES and ".objects" in target):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {target}.{name}"


def test_only_services_write():
    assert [line for path in modules() for line in written(path)] == []
