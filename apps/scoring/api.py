"""Released results for programs: what the pages show, hidden by the same decision, read only."""

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import permissions, serializers, viewsets
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.common.api.bodies import checked
from apps.common.api.paging import PageQuery
from apps.common.kit.requests import actor_of
from apps.scoring.models import ScoreSummary
from apps.scoring.policies import can_see_score_pages
from apps.scoring.selectors import released_summaries_visible_to
from apps.scoring.selectors.closeness import neighbors_of
from apps.scoring.selectors.explanations import FormLine, GroupLine, explain
from apps.scoring.selectors.explanations.lines import ComponentLine
from apps.scoring.selectors.explanations.totals import adjustment_lines, component_lines


class CanSeeScorePages(permissions.BasePermission):
    """Who may open the pages of scores."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 -- the library's signature
        return request.user.is_authenticated and can_see_score_pages(actor_of(request))


class PartSerializer(serializers.Serializer[Any]):
    """One part of the total."""

    name = serializers.CharField()
    weight = serializers.CharField(help_text="Per cent, as people write it.")
    raw = serializers.CharField(
        allow_null=True, help_text="Before conversion; null where it is missing or hidden."
    )
    conversion = serializers.CharField(allow_blank=True)
    explanation = serializers.CharField(allow_blank=True)
    score = serializers.CharField(allow_null=True)
    is_missing = serializers.BooleanField()
    is_hidden = serializers.BooleanField()


class AdjustmentSerializer(serializers.Serializer[Any]):
    """One line of the lists of bonuses or deductions."""

    name = serializers.CharField()
    kind = serializers.CharField()
    entered = serializers.CharField(help_text="Points.")
    counted = serializers.CharField(help_text="Points, under the limit of the line.")
    note = serializers.CharField(allow_blank=True)


class ResultSerializer(serializers.ModelSerializer[ScoreSummary]):
    """One reviewee's results. A figure that may not be shown is null, and ``hides_score`` says why."""

    cycle = serializers.IntegerField(source="run.cycle_id")
    year = serializers.IntegerField(source="run.cycle.year")
    name = serializers.CharField(source="reviewee.name")
    organization = serializers.IntegerField(source="reviewee.organization_id")
    organization_name = serializers.CharField(source="reviewee.organization_name")
    field = serializers.CharField(source="reviewee.field")
    ballot_score = serializers.DecimalField(
        source="shown_ballot_score", max_digits=9, decimal_places=None, allow_null=True
    )
    base = serializers.DecimalField(
        source="shown_base",
        max_digits=9,
        decimal_places=None,
        allow_null=True,
        help_text="Before bonuses and deductions.",
    )
    total = serializers.DecimalField(source="shown_total", max_digits=9, decimal_places=None, allow_null=True)
    components = serializers.SerializerMethodField(
        help_text="Parts of the total; a score is null where it is missing or hidden."
    )
    not_distinguished_from = serializers.SerializerMethodField(
        help_text="Reviewees whose totals the ballots do not tell apart from this one."
    )

    class Meta:
        model = ScoreSummary
        fields: tuple[str, ...] = (
            "id", "cycle", "year", "reviewee", "name", "organization", "organization_name", "field", "n_valid",
            "ballot_score", "components", "base", "bonus", "deduction", "total", "rank_in_field", "n_in_field",
            "not_distinguished_from", "hides_score",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PartSerializer(many=True))
    def get_components(self, summary: ScoreSummary) -> list[dict[str, Any]]:
        return [_part(part) for part in component_lines(summary)]

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_not_distinguished_from(self, summary: ScoreSummary) -> list[int]:
        return [] if summary.hides_score else list(neighbors_of(summary.band))


class ResultDetailSerializer(ResultSerializer):
    """The same with every form, voter group, bonus and deduction, as the explanation page shows them."""

    forms = serializers.SerializerMethodField()
    adjustments = serializers.SerializerMethodField()

    class Meta(ResultSerializer.Meta):
        fields = (*ResultSerializer.Meta.fields, "forms", "adjustments")
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_forms(self, summary: ScoreSummary) -> list[dict[str, Any]]:
        return [_form(form) for form in explain(summary).forms]

    @extend_schema_field(AdjustmentSerializer(many=True))
    def get_adjustments(self, summary: ScoreSummary) -> list[dict[str, Any]]:
        return [asdict(line) for line in adjustment_lines(summary)]


def _part(part: ComponentLine) -> dict[str, Any]:
    return {
        "name": part.name,
        "weight": part.weight,
        "raw": part.raw or None,
        "conversion": part.conversion,
        "explanation": part.explanation,
        "score": _text(part.score),
        "is_missing": part.is_missing,
        "is_hidden": part.is_hidden,
    }


def _form(form: FormLine) -> dict[str, Any]:
    return {
        "name": form.name,
        "score": _text(form.score),
        "hides_score": form.hides_score,
        "hides_items": form.hides_items,
        "items": [{"name": item.name, "score": _text(item.score)} for item in form.items],
        "groups": [_group(group) for group in form.groups],
    }


def _group(group: GroupLine) -> dict[str, Any]:
    return {
        "name": group.name,
        "is_hidden": group.is_hidden,
        "n_returned": group.n_returned,
        "n_valid": group.n_valid,
        "mean": _text(group.mean),
        "items": [
            {
                "name": row.name,
                "n_blank": row.n_blank,
                "agreement": row.agreement,
                "answers": [{"label": bar.label, "n": bar.n} for bar in row.bars],
            }
            for table in group.tables
            for row in table.rows
        ],
        "means": [{"name": line.name, "text": line.text, "n_blank": line.n_blank} for line in group.means],
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


class ResultQuery(PageQuery):
    cycle = serializers.IntegerField(required=False, min_value=1, help_text="周期")
    field = serializers.CharField(required=False, max_length=20, help_text="领域的代码，见 fields")


class ResultViewSet(viewsets.ReadOnlyModelViewSet[ScoreSummary]):
    """Results of cycles whose sessions are all released."""

    queryset = ScoreSummary.objects.none()
    permission_classes = (CanSeeScorePages,)

    def get_serializer_class(self) -> type[ResultSerializer]:
        return ResultDetailSerializer if self.action == "retrieve" else ResultSerializer

    def get_queryset(self) -> QuerySet[ScoreSummary]:
        rows = released_summaries_visible_to(actor_of(self.request)).select_related(
            "reviewee", "run__cycle__scheme"
        )
        query = checked(ResultQuery, self.request.query_params.dict())
        if "cycle" in query:
            rows = rows.filter(run__cycle_id=query["cycle"])
        if "field" in query:
            rows = rows.filter(reviewee__field=query["field"])
        return rows.order_by("run__cycle_id", "reviewee__order_no", "pk")

    @extend_schema(parameters=[ResultQuery])
    def list(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """List released results."""
        return super().list(request, *args, **kwargs)
