"""Imports as they go out, and what comes in."""

from typing import Any

from rest_framework import serializers

from apps.common.api.bodies import Act
from apps.common.api.paging import PageQuery
from apps.rosters.domain.plan import Change
from apps.rosters.domain.states import ImportState
from apps.rosters.kit.guard import MAX_UPLOAD
from apps.rosters.models import RosterImport, RowError

KINDS = [("new", "新增"), ("changed", "更新"), ("same", "不变"), ("gone", "系统里有、工作簿里没有")]


class ImportSerializer(serializers.ModelSerializer[RosterImport]):
    """One uploaded workbook. ``checked`` waits for a person or program to confirm it; nothing is written before."""

    file_name = serializers.CharField(source="file.name")
    state = serializers.ChoiceField(ImportState.choices())
    notices = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = RosterImport
        fields = (
            "id", "file_name", "state", "reason", "n_organizations", "n_secretaries", "n_created", "n_updated",
            "n_unchanged", "n_gone", "n_errors", "notices", "uploaded_by", "uploaded_at", "confirmed_at",
        )  # fmt: skip
        read_only_fields = fields


class RowErrorSerializer(serializers.ModelSerializer[RowError]):
    class Meta:
        model = RowError
        fields = ("sheet", "row_no", "column", "value", "reason")
        read_only_fields = fields


class FieldChangeSerializer(serializers.Serializer[Any]):
    column = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class LineSerializer(serializers.Serializer[Any]):
    """One line of the preview; ``row_no`` 0: it is not in the workbook."""

    sheet = serializers.CharField()
    row_no = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer, named so in the preview
    detail = serializers.CharField(allow_blank=True)
    fields_changed = FieldChangeSerializer(many=True)

    def to_representation(self, instance: Change) -> dict[str, Any]:
        told = instance._asdict()
        names = ("column", "before", "after")
        changed = [dict(zip(names, one, strict=True)) for one in told.pop("fields")]
        return told | {"fields_changed": changed}


class LineQuery(PageQuery):
    kind = serializers.ChoiceField(KINDS, required=False)


class Upload(Act):
    file = serializers.FileField(
        max_length=200, help_text=f"花名册工作簿，不超过 {MAX_UPLOAD // 1024 // 1024} MB"
    )

    def validate_file(self, upload: Any) -> Any:
        """Refuse what is too large before it is read into memory."""
        if (upload.size or 0) > MAX_UPLOAD:
            raise serializers.ValidationError(f"文件超过 {MAX_UPLOAD // 1024 // 1024} MB。请分几次导入。")
        return upload


class OrderedSerializer(serializers.Serializer[Any]):
    """Work that a worker does; its page under 任务 has the file."""

    job = serializers.UUIDField()
