"""WSGI entry, served by granian."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from config import celery  # noqa: F401 -- binds the shared tasks to our application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request. A finished body goes out as a list, which granian sends in one piece and without another thread."""
    response: Any = _django(environ, start_response)
    if response.streaming:
        return response  # type: ignore[no-any-return]  # closed by the server at its end
    try:
        return [response.content]
    finally:
        response.close()
