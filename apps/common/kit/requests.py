"""Who stands behind a request, for the apps below accounts."""

from typing import cast

from django.http import HttpRequest

from apps.common.domain.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Return the signed-in account of a view behind ``login_required``."""
    return cast("Actor", request.user)
