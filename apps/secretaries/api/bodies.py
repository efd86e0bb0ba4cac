"""What comes in: the queries of lists and the bodies of acts."""

from rest_framework import serializers

from apps.common.api.bodies import Act
from apps.common.api.paging import PageQuery
from apps.secretaries.domain.gender import Gender
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.domain.reasons import EndReason

IN_OFFICE = [("in_office", "在任"), ("out", "不在任")]


class SecretaryQuery(PageQuery):
    q = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="姓名或拼音")
    state = serializers.ChoiceField(IN_OFFICE, required=False)
    organization = serializers.IntegerField(required=False, min_value=1, help_text="现在这里任职")


class AppointmentQuery(PageQuery):
    organization = serializers.IntegerField(required=False, min_value=1)
    secretary = serializers.IntegerField(required=False, min_value=1)
    kind = serializers.ChoiceField(AppointmentKind.choices(), required=False)
    on = serializers.DateField(required=False, help_text="这一天在任的")


class PostTaken(Act):
    """``kind`` left out is read from the words of the post."""

    organization = serializers.IntegerField(min_value=1, help_text="党组织的编号")
    post = serializers.CharField(max_length=60, help_text="如：党支部书记")
    kind = serializers.ChoiceField(AppointmentKind.choices(), required=False)
    started_on = serializers.DateField()


class Person(Act):
    name = serializers.CharField(max_length=60)
    gender = serializers.ChoiceField(Gender.choices(), required=False, allow_blank=True)
    born_on = serializers.DateField(required=False, allow_null=True, help_text="出生年月，日填 1")
    phone = serializers.RegexField(r"^1\d{10}$", required=False, allow_blank=True, help_text="11 位手机号")


class NewSecretary(Person):
    organization = serializers.IntegerField(min_value=1, help_text="首个任职的党组织")
    post = serializers.CharField(max_length=60)
    started_on = serializers.DateField()


class PersonEdit(Person):
    name = serializers.CharField(max_length=60, required=False)
    version = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)


class Appointing(PostTaken):
    secretary = serializers.IntegerField(min_value=1, help_text="书记的编号")


class Transfer(PostTaken):
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class Correction(Act):
    """What is left out stays; ``ended_on`` null puts the person back in office."""

    post = serializers.CharField(max_length=60, required=False)
    kind = serializers.ChoiceField(AppointmentKind.choices(), required=False)
    started_on = serializers.DateField(required=False)
    ended_on = serializers.DateField(required=False, allow_null=True)


class Ending(Act):
    on = serializers.DateField(help_text="免职日期，当天不再任职")
    reason = serializers.ChoiceField(EndReason.choices(), required=False)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class Voiding(Act):
    reason = serializers.CharField(max_length=200, help_text="为什么撤销这条误登的任职")
