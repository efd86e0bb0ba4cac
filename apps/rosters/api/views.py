"""The operations: as the pages of imports allow them."""

from tempfile import TemporaryFile
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.common.api.confirmation import NEEDS_A_PERSON, NEEDS_A_PERSON_OR_TOKEN, require_confirmation
from apps.common.api.paging import PageQuery
from apps.common.api.viewsets import ApiViewSet, found_or_404
from apps.rosters import services
from apps.rosters.api.serializers import (
    ImportSerializer,
    LineQuery,
    LineSerializer,
    OrderedSerializer,
    RowErrorSerializer,
    Upload,
)
from apps.rosters.domain.sizes import CHECKED_AT_ONCE, EXPORTED_AT_ONCE, WRITTEN_AT_ONCE
from apps.rosters.domain.states import ImportState
from apps.rosters.models import RosterImport
from apps.rosters.policies import can_confirm, can_import
from apps.rosters.selectors import imports_visible_to, labels_to_choose, n_rows_for_export, preview_lines
from apps.rosters.sheets import export_skeleton, template_workbook

TAGS = ["花名册"]
WORKBOOK = {(200, services.XLSX): OpenApiTypes.BINARY}
PHONES = f"文件里有完整的手机号。{NEEDS_A_PERSON}"


class RosterViewSet(ApiViewSet):
    """What all of it shares: department staff only."""

    @property
    def user(self) -> User:
        return cast("User", self.request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not can_import(self.user):
            raise PermissionDenied


class ImportViewSet(RosterViewSet):
    """The account's own imports and those of staff inside its department subtrees."""

    queryset = RosterImport.objects.none()
    serializer_class = ImportSerializer

    @extend_schema(tags=TAGS, parameters=[PageQuery], summary="导入列表，新的在前")
    def list(self, request: Request) -> Response:
        rows = imports_visible_to(self.user).select_related("file").order_by("-uploaded_at", "-pk")
        return self.listed(rows, ImportSerializer)

    @extend_schema(
        tags=TAGS,
        request={"multipart/form-data": Upload},
        responses={201: ImportSerializer},
        summary="上传并预检（不写入）",
        description="小文件当场预检；大文件 state 为 checking，由后台预检，稍后再读。",
    )
    def create(self, request: Request) -> Response:
        upload = self.sent(Upload)["file"]
        act = services.receive_workbook if upload.size > CHECKED_AT_ONCE else services.check_workbook
        made = act(upload.name, upload.read(), actor=self.user, at=timezone.now())
        return self.shown(made, ImportSerializer, status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, summary="一次导入")
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.shown(self._seen(pk), ImportSerializer)

    @extend_schema(
        tags=TAGS,
        parameters=[LineQuery],
        responses=LineSerializer(many=True),
        summary="会写入（已写入）的每一行",
    )
    def changes(self, request: Request, pk: int) -> Response:
        kind = self.asked(LineQuery).get("kind", "")
        return self.listed(preview_lines(self._seen(pk), kind), LineSerializer)

    @extend_schema(
        tags=TAGS, parameters=[PageQuery], responses=RowErrorSerializer(many=True), summary="每一处错误和原因"
    )
    def errors(self, request: Request, pk: int) -> Response:
        return self.listed(self._seen(pk).row_errors.order_by("pk"), RowErrorSerializer)

    @extend_schema(
        tags=TAGS,
        request=None,
        summary="确认导入",
        description="要么全部写入，要么一行不写：看 state。行数很多时由后台写入，稍后再读。重复确认不重复写入。"
        + NEEDS_A_PERSON_OR_TOKEN,
    )
    def confirm(self, request: Request, pk: int) -> Response:
        one = self._own(pk)
        require_confirmation(request, tokens_may=True)
        if one.n_created + one.n_updated > WRITTEN_AT_ONCE and one.state == ImportState.CHECKED.value:
            services.order_confirmation(one.pk, actor=self.user, at=timezone.now())
        else:
            services.confirm_import(one.pk, actor=self.user, at=timezone.now())
        return self.shown(self._seen(pk), ImportSerializer)

    @extend_schema(tags=TAGS, request=None, summary="放弃导入")
    def discard(self, request: Request, pk: int) -> Response:
        services.discard_import(self._own(pk).pk, actor=self.user, at=timezone.now())
        return self.shown(self._seen(pk), ImportSerializer)

    def _seen(self, pk: int) -> RosterImport:
        return found_or_404(imports_visible_to(self.user).select_related("file").filter(pk=pk))

    def _own(self, pk: int) -> RosterImport:
        one = self._seen(pk)
        if not can_confirm(self.user, one):
            raise PermissionDenied
        return one


class UploadViewSet(ImportViewSet):
    """The one operation that takes a file."""

    parser_classes = (MultiPartParser,)


class WorkbookViewSet(RosterViewSet):
    """Template and export."""

    queryset = RosterImport.objects.none()
    pagination_class = None
    serializer_class = OrderedSerializer

    @extend_schema(tags=TAGS, responses=WORKBOOK, summary="花名册模板")
    def template(self, request: Request) -> HttpResponse:
        response = HttpResponse(template_workbook(labels_to_choose()), content_type=services.XLSX)
        name = "花名册模板.xlsx"
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return response

    @extend_schema(
        tags=TAGS,
        request=None,
        responses=WORKBOOK | {202: OrderedSerializer},
        summary="导出范围内的花名册",
        description=PHONES,
    )
    def export(self, request: Request) -> HttpResponseBase:
        require_confirmation(request)
        now = timezone.now()
        if n_rows_for_export(self.user) > EXPORTED_AT_ONCE:
            job = services.order_export(actor=self.user, at=now)
            return Response({"job": job.pk}, status=status.HTTP_202_ACCEPTED)
        out = TemporaryFile()  # noqa: SIM115 -- the response closes it
        services.export_roster(out, export_skeleton(labels_to_choose()), actor=self.user, at=now)
        out.seek(0)
        name = services.export_name(timezone.localtime(now))
        return FileResponse(out, as_attachment=True, filename=name, content_type=services.XLSX)
