"""The base of the interfaces."""

from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.common.api.bodies import checked
from apps.common.domain.actors import Actor
from apps.common.domain.text import search_words

Row = TypeVar("Row", bound=Model)


class ApiViewSet(GenericViewSet[Any]):
    """Base of the interfaces: who asks, what was sent, and the answer of a list."""

    @property
    def actor(self) -> Actor:
        return cast("Actor", self.request.user)  # behind MayCall: an account

    def sent(self, serializer: type[serializers.Serializer[Any]], **context: Any) -> dict[str, Any]:
        """Return the body as clean values; a malformed one ends in 400."""
        return checked(serializer, self.request.data, **context)

    def asked(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the query as clean values; a malformed one ends in 400."""
        return checked(serializer, self.request.query_params.dict())

    def listed(self, rows: Any, serializer: type[serializers.BaseSerializer[Any]]) -> Response:
        """Answer one page of the rows."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(
            serializer(page, many=True, context=self.get_serializer_context()).data
        )

    def shown(
        self, thing: Any, serializer: type[serializers.BaseSerializer[Any]], code: int = status.HTTP_200_OK
    ) -> Response:
        """Answer one thing."""
        return Response(serializer(thing, context=self.get_serializer_context()).data, status=code)


def found_or_404(rows: QuerySet[Row]) -> Row:
    """Return the one row there is; none, or none in sight, ends in 404."""
    return get_object_or_404(rows)


def words_in(typed: str) -> list[str]:
    """Return the first five words to search for."""
    return search_words(typed)[:5]
