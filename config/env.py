"""Typed environment values. A bad value stops the start with one clear line instead of a surprise later."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class BadEnvironmentError(SystemExit):
    """An environment variable is missing or cannot be understood."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or ``default``; without either, refuse to start."""
    value = os.environ.get(name, default)
    if value is None or value == "":
        if default is None:
            raise BadEnvironmentError(f"{name} is not set.")
        return default
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """Return a yes/no variable (1/0, true/false, yes/no, on/off)."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadEnvironmentError(f"{name}={value!r} is neither yes nor no.")


def integer(name: str, default: int) -> int:
    """Return a whole number."""
    value = os.environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError:
        raise BadEnvironmentError(f"{name}={value!r} is not a whole number.") from None


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """Return an absolute folder path; it need not exist yet."""
    return Path(os.environ.get(name) or default).resolve()


def database(name: str = "DATABASE_URL") -> dict[str, Any]:
    """Return Django's settings for ``postgresql://user:password@host:port/name``.

    A Unix socket is given as ``postgresql://user@/name?host=/folder``.
    """
    url = urlsplit(text(name))
    if url.scheme not in {"postgres", "postgresql"}:
        raise BadEnvironmentError(f"{name} must start with postgresql://")
    options = dict(parse_qsl(url.query))
    host = options.pop("host", "") or unquote(url.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or options.pop("port", "")),
        "OPTIONS": options,
    }
