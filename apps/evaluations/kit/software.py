"""Which program counted: its version and a hash of the code that judges, seals, closes and opens."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path

from django.conf import settings

COUNTED = ("apps/evaluations", "apps/cycles/domain/papers")


@cache
def software_version() -> str:
    """Return the version of the project."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


@cache
def software_hash() -> str:
    """Return the SHA-256 over all modules that take part in the evaluation, by path and content."""
    base: Path = settings.BASE_DIR
    whole = hashlib.sha256()
    for path in sorted(path for folder in COUNTED for path in (base / folder).rglob("*.py")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(base).as_posix()} {digest}\n".encode())
    return whole.hexdigest()
