"""Addresses of the interface that are none: refused in words too, not with a page."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView


@extend_schema(exclude=True)
class UnknownView(APIView):
    """Nothing is here, whatever the method; who has not signed in is told that first."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("没有这个地址。请核对路径，末尾须有“/”。")
