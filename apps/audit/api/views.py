"""Entries of the log: listed and read, never anything else."""

from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.audit.domain.outcomes import Outcome
from apps.audit.kit import labels
from apps.audit.models import AuditEntry
from apps.audit.policies import can_read_log
from apps.audit.selectors import entries_visible_to
from apps.common.api.paging import PageQuery
from apps.common.api.viewsets import ApiViewSet, found_or_404, words_in

TAGS = ["日志"]
PLAIN = {
    "action": "action",
    "outcome": "outcome",
    "account": "actor_id",
    "origin": "origin",
    "request": "request_id",
    "object_type": "object_type",
    "object_id": "object_id",
}


class EntrySerializer(serializers.ModelSerializer[AuditEntry]):
    """One act or one refusal. ``entry_hash`` covers all of it and ``previous_hash``."""

    action_label = serializers.SerializerMethodField(help_text="事项的中文名称")
    outcome = serializers.ChoiceField(Outcome.choices())
    details = serializers.DictField(child=serializers.JSONField(allow_null=True))

    class Meta:
        model = AuditEntry
        fields = (
            "seq", "at", "actor_id", "actor_label", "action", "action_label", "object_type", "object_id", "object_label",
            "outcome", "origin", "request_id", "details", "previous_hash", "entry_hash",
        )  # fmt: skip
        read_only_fields = fields

    def get_action_label(self, entry: AuditEntry) -> str:
        return labels.label_of(entry.action)


class EntryQuery(PageQuery):
    q = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="账号、对象或事项")
    action = serializers.CharField(required=False, max_length=80, help_text="事项代码")
    outcome = serializers.ChoiceField(Outcome.choices(), required=False)
    account = serializers.IntegerField(required=False, min_value=1, help_text="账号编号")
    origin = serializers.CharField(required=False, max_length=45, help_text="来源地址")
    request = serializers.CharField(required=False, max_length=32, help_text="请求编号")
    object_type = serializers.CharField(required=False, max_length=80)
    object_id = serializers.CharField(required=False, max_length=64)
    since = serializers.DateField(required=False, help_text="自这一天起（北京时间）")
    until = serializers.DateField(required=False, help_text="到这一天为止，含当天")


class EntryViewSet(ApiViewSet):
    """The log, for the audit administrator only."""

    queryset = AuditEntry.objects.none()
    serializer_class = EntrySerializer
    lookup_field = "seq"

    @extend_schema(tags=TAGS, parameters=[EntryQuery], summary="日志列表，新的在前")
    def list(self, request: Request) -> Response:
        self._require_reader()
        query = self.asked(EntryQuery)
        return self.listed(_found(entries_visible_to(self.actor), query).order_by("-seq"), EntrySerializer)

    @extend_schema(tags=TAGS, summary="一条日志")
    def retrieve(self, request: Request, seq: int) -> Response:
        self._require_reader()
        return self.shown(found_or_404(entries_visible_to(self.actor).filter(pk=seq)), EntrySerializer)

    def _require_reader(self) -> None:
        if not can_read_log(self.actor):
            raise PermissionDenied


def _found(rows: QuerySet[AuditEntry], query: dict[str, Any]) -> QuerySet[AuditEntry]:
    rows = rows.filter(**{lookup: query[name] for name, lookup in PLAIN.items() if name in query})
    if "since" in query:
        rows = rows.filter(at__gte=_start(query["since"]))
    if "until" in query:
        rows = rows.filter(at__lt=_start(query["until"]) + timedelta(days=1))
    for word in words_in(query.get("q", "")):
        said = Q(actor_label__icontains=word) | Q(object_label__icontains=word)
        rows = rows.filter(said | Q(action__in=labels.actions_called(word)))
    return rows


def _start(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
