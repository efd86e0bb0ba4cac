"""What comes in: the queries of lists and the bodies of acts."""

from typing import Any

from rest_framework import serializers

from apps.common.api.bodies import Act
from apps.common.api.paging import PageQuery
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.selectors.fields import offered_fields


class KnownField(serializers.CharField):
    """The key of a field (领域) in use, or the one that stands there already (context ``field``)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, help_text="领域的代码，见 fields", **kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if value not in {one.value for one in offered_fields(self.context.get("field", ""))}:
            raise serializers.ValidationError(f"没有代码为“{value}”的领域，或它已经停用。")
        return value


class OrganizationQuery(PageQuery):
    q = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="名称、拼音、首字母或编码"
    )
    on = serializers.DateField(required=False, help_text="查询这一天的组织（组织沿革），不填为现在")
    code = serializers.CharField(required=False, max_length=40, help_text="编码")
    field = serializers.CharField(required=False, max_length=20, help_text="领域的代码，见 fields")
    kind = serializers.ChoiceField(OrganizationKind.choices(), required=False, help_text="类型")
    superior = serializers.IntegerField(required=False, min_value=1, help_text="直接上级的编号")
    within = serializers.IntegerField(required=False, min_value=1, help_text="这个组织和它的全部下级")
    state = serializers.ChoiceField(
        [("living", "正常"), ("abolished", "已撤销")], required=False, help_text="只在不按日期查询时有用"
    )


class DayQuery(serializers.Serializer[Any]):
    on = serializers.DateField(required=False, help_text="查询这一天的组织，不填为现在")


class Named(Act):
    """What every new organization has."""

    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(OrganizationKind.choices())
    field = KnownField()


class Founding(Named):
    superior = serializers.IntegerField(min_value=1, help_text="上级党组织的编号")
    founded_on = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class Versioned(Act):
    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=2**31 - 1,
        help_text="读到它时的 version；不填则不核对",
    )


class Dated(Act):
    on = serializers.DateField(help_text="生效日期，不能是将来")
    reason = serializers.CharField(max_length=300, help_text="依据和理由")


class Edit(Versioned):
    """With ``on`` the new values hold since that day; without it a mistake is put right."""

    code = serializers.CharField(max_length=40, required=False)
    name = serializers.CharField(max_length=120, required=False)
    kind = serializers.ChoiceField(OrganizationKind.choices(), required=False)
    field = KnownField(required=False)
    founded_on = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)
    on = serializers.DateField(required=False, allow_null=True, help_text="生效日期；不填是更正")
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class Rename(Versioned, Dated):
    name = serializers.CharField(max_length=120)


class Move(Versioned, Dated):
    superior = serializers.IntegerField(min_value=1, help_text="新的上级党组织的编号")


class Abolition(Versioned, Dated):
    end_appointments = serializers.BooleanField(required=False, default=False, help_text="同日免去在任书记")


class Reinstatement(Act):
    on = serializers.DateField(required=False, allow_null=True, help_text="恢复日期；不填是更正误登的撤销")
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class TakingBack(Act):
    reason = serializers.CharField(max_length=300, help_text="为什么登记有误")


class NewGoal(Named):
    superior = serializers.IntegerField(min_value=1, help_text="上级党组织的编号")


class Merger(Dated):
    """The organizations named in ``absorbed`` are merged into ``into`` or into a new one, ``into_new``: exactly one of the two."""

    absorbed = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        min_length=1,
        max_length=50,
        help_text="并入的组织（编号）",
    )
    into = serializers.IntegerField(required=False, allow_null=True, min_value=1, help_text="保留的组织")
    into_new = NewGoal(required=False, allow_null=True, help_text="或新设的组织")
    end_appointments = serializers.BooleanField(required=False, default=False, help_text="同日免去在任书记")

    def validate(self, attrs: Any) -> Any:
        if (attrs.get("into") is None) == (attrs.get("into_new") is None):
            raise serializers.ValidationError("into 和 into_new 要填一个，也只能填一个。")
        return attrs


class Part(Named):
    subordinates = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        max_length=500,
        required=False,
        help_text="划给它的直接下级（编号）",
    )


class Split(Versioned, Dated):
    """The organization gives rise to new ones beside it; with ``is_closed`` it exists no more."""

    parts = serializers.ListField(child=Part(), min_length=1, max_length=20)
    is_closed = serializers.BooleanField(required=False, default=False, help_text="原组织同时撤销")
    end_appointments = serializers.BooleanField(required=False, default=False, help_text="同日免去在任书记")
