"""Vacancies and term elections: lists of what is to be done, and the acts on elections."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.bodies import Act
from apps.common.api.paging import PageQuery
from apps.common.api.viewsets import found_or_404
from apps.organizations.models import Organization
from apps.secretaries import services
from apps.secretaries.api.views import PeopleViewSet
from apps.secretaries.domain.terms import TERMS, DueState, due_state
from apps.secretaries.models import Election
from apps.secretaries.policies import can_edit_secretaries
from apps.secretaries.selectors import (
    electing_organizations,
    elections_edited_by,
    elections_visible_to,
    in_due_state,
    vacant_organizations,
    with_last_election,
    with_vacancy,
)

TAGS = ["空缺与换届"]
FIRST_YEAR, LAST_YEAR = 1921, 2200


class VacancySerializer(serializers.ModelSerializer[Organization]):
    """An organization nobody heads today; ``vacant_since`` null: no secretary was ever recorded."""

    vacant_since = serializers.DateField(allow_null=True)
    last_name = serializers.CharField(allow_null=True, help_text="前任书记")
    acting = serializers.IntegerField(source="acting_id", allow_null=True, help_text="主持工作的人")
    acting_name = serializers.CharField(allow_null=True)
    next_name = serializers.CharField(allow_null=True, help_text="已定接任")
    next_on = serializers.DateField(allow_null=True)

    class Meta:
        model = Organization
        fields = (
            "id", "code", "name", "vacant_since", "last_name", "acting", "acting_name", "next_name", "next_on",
        )  # fmt: skip
        read_only_fields = fields


class DueSerializer(serializers.ModelSerializer[Organization]):
    """An organization that holds elections; ``due_on`` null: none was ever recorded."""

    term_years = serializers.IntegerField(source="term")
    held_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Organization
        fields = ("id", "code", "name", "term_years", "held_on", "due_on", "state")
        read_only_fields = fields

    def get_state(self, organization: Any) -> str:
        return str(due_state(organization.due_on, timezone.localdate()).value)


class ElectionSerializer(serializers.ModelSerializer[Election]):
    class Meta:
        model = Election
        fields = (
            "id", "organization", "held_on", "term_years", "due_on", "shift_reason", "shift_document", "note", "is_latest",
        )  # fmt: skip
        read_only_fields = fields


class Day(serializers.DateField):
    """A day of a term: nothing before the Party was founded, nothing past all planning."""

    def to_internal_value(self, data: Any) -> date:
        day: date = super().to_internal_value(data)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise serializers.ValidationError(f"年份要在 {FIRST_YEAR} 和 {LAST_YEAR} 之间。")
        return day


class DueQuery(PageQuery):
    state = serializers.ChoiceField(DueState.choices(), required=False)


class ElectionQuery(PageQuery):
    organization = serializers.IntegerField(required=False, min_value=1)


class Held(Act):
    organization = serializers.IntegerField(min_value=1)
    held_on = Day(help_text="换届日期，不能是将来")
    term_years = serializers.ChoiceField(TERMS, required=False, help_text="届期，不填按组织的类型或设置")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ElectionEdit(Act):
    held_on = Day(required=False)
    term_years = serializers.ChoiceField(TERMS, required=False)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class Shift(Act):
    due_on = Day(help_text="延期或提前到哪一天")
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    document = serializers.CharField(max_length=60, required=False, allow_blank=True, help_text="批复文号")


class ElectionVoiding(Act):
    reason = serializers.CharField(max_length=200)


class VacancyViewSet(PeopleViewSet):
    """Organizations in sight without a secretary today."""

    queryset = Organization.objects.none()
    serializer_class = VacancySerializer

    @extend_schema(tags=TAGS, parameters=[PageQuery], summary="书记空缺")
    def list(self, request: Request) -> Response:
        today = timezone.localdate()
        rows = with_vacancy(vacant_organizations(self.actor, today), today)
        return self.listed(rows.order_by("standing__vacant_from", "pk"), VacancySerializer)


class DueViewSet(PeopleViewSet):
    """Organizations in sight that hold elections, the next due first."""

    queryset = Organization.objects.none()
    serializer_class = DueSerializer

    @extend_schema(tags=TAGS, parameters=[DueQuery], summary="应换届的党组织")
    def list(self, request: Request) -> Response:
        today = timezone.localdate()
        query, rows = self.asked(DueQuery), with_last_election(electing_organizations(self.actor, today))
        if "state" in query:
            rows = in_due_state(rows, DueState(query["state"]), today)
        return self.listed(rows.order_by("standing__due_on", "pk"), DueSerializer)


class ElectionViewSet(PeopleViewSet):
    """Elections of organizations in sight."""

    queryset = Election.objects.none()
    serializer_class = ElectionSerializer

    @extend_schema(tags=TAGS, parameters=[ElectionQuery], summary="换届记录，新的在前")
    def list(self, request: Request) -> Response:
        query, rows = self.asked(ElectionQuery), elections_visible_to(self.actor)
        if "organization" in query:
            rows = rows.filter(organization=query["organization"])
        return self.listed(rows.order_by("-held_on", "pk"), ElectionSerializer)

    @extend_schema(tags=TAGS, summary="一次换届")
    def retrieve(self, request: Request, pk: int) -> Response:
        return self._answer(pk)

    @extend_schema(tags=TAGS, request=Held, responses={201: ElectionSerializer}, summary="登记换届")
    def create(self, request: Request) -> Response:
        if not can_edit_secretaries(self.actor):
            raise PermissionDenied
        data = self.sent(Held)
        place = self._place(data.pop("organization"))
        made = services.record_election(place.pk, **data, **self._by())
        return self._answer(made.pk, status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=ElectionEdit, summary="更正误登的换届")
    def partial_update(self, request: Request, pk: int) -> Response:
        one = self._kept(pk)
        stored: dict[str, Any] = {"held_on": one.held_on, "term_years": one.term_years, "note": one.note}
        services.correct_election(pk, **(stored | self.sent(ElectionEdit)), **self._by())
        return self._answer(pk)

    @extend_schema(tags=TAGS, request=Shift, summary="延期或提前")
    def shift(self, request: Request, pk: int) -> Response:
        self._kept(pk)
        services.shift_election(pk, **({"reason": ""} | self.sent(Shift)), **self._by())
        return self._answer(pk)

    @extend_schema(
        tags=TAGS,
        request=ElectionVoiding,
        responses={204: OpenApiResponse(description="已撤销")},
        summary="撤销误登的换届",
    )
    def void(self, request: Request, pk: int) -> Response:
        self._kept(pk)
        services.void_election(pk, **self.sent(ElectionVoiding), **self._by())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _kept(self, pk: int) -> Election:
        one = found_or_404(elections_visible_to(self.actor).filter(pk=pk))
        if not elections_edited_by(self.actor).filter(pk=pk).exists():
            raise PermissionDenied
        return one

    def _answer(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        return self.shown(
            found_or_404(elections_visible_to(self.actor).filter(pk=pk)), ElectionSerializer, code
        )
