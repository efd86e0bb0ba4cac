"""Released results for programs: what the pages show, hidden by the same decision, read only."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import permissions, serializers, viewsets
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.common.kit.requests import actor_of
from apps.organizations.domain.kinds import Field
from apps.scoring.models import ScoreSummary
from apps.scoring.policies import can_see_score_pages
from apps.scoring.selectors import released_summaries_visible_to
from apps.scoring.selectors.explanations import FormLine, GroupLine, explain


class CanSeeScorePages(permissions.BasePermission):
    """Who may open the pages of scores."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 -- the library's signature
        return request.user.is_authenticated and can_see_score_pages(actor_of(request))


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
    total = serializers.DecimalField(source="shown_total", max_digits=9, decimal_places=None, allow_null=True)

    class Meta:
        model = ScoreSummary
        fields: tuple[str, ...] = (
            "id", "cycle", "year", "reviewee", "name", "organization", "organization_name", "field", "n_valid",
            "ballot_score", "total", "rank_in_field", "n_in_field", "hides_score",
        )  # fmt: skip
        read_only_fields = fields


class ResultDetailSerializer(ResultSerializer):
    """The same with every form and voter group, as the explanation page shows them."""

    forms = serializers.SerializerMethodField()
    components = serializers.SerializerMethodField()

    class Meta(ResultSerializer.Meta):
        fields = (*ResultSerializer.Meta.fields, "forms", "components")
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_forms(self, summary: ScoreSummary) -> list[dict[str, Any]]:
        return [_form(form) for form in explain(summary).forms]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_components(self, summary: ScoreSummary) -> list[dict[str, Any]]:
        return [
            {"name": part.name, "score": _text(part.score), "is_missing": part.is_missing}
            for part in explain(summary).components
        ]


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
        query = self.request.query_params
        if query.get("cycle", "").isdecimal():
            rows = rows.filter(run__cycle_id=int(query["cycle"]))
        if query.get("field"):
            rows = rows.filter(reviewee__field=query["field"])
        return rows.order_by("run__cycle_id", "reviewee__order_no", "pk")

    @extend_schema(
        parameters=[
            OpenApiParameter("cycle", int, description="周期"),
            OpenApiParameter("field", str, enum=[one.value for one in Field], description="领域"),
        ]
    )
    def list(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """List released results."""
        return super().list(request, *args, **kwargs)
