"""Forms of organizations, and the field by which any form picks one."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.common.domain.actors import Actor
from apps.common.forms import BaseForm, VersionedForm
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.models import Organization
from apps.organizations.selectors import organizations_edited_by
from apps.organizations.selectors.fields import offered_fields


class OrganizationInput(forms.TextInput):
    """A text box that offers organizations while one types; without scripts the code is typed in full."""

    template_name = "organizations/_organization_input.html"


class OrganizationChoiceField(forms.CharField):
    """Picks one organization by its code; what stands after the code is only for the eye.

    The form sets ``queryset`` to what the account may choose from.
    """

    widget = OrganizationInput
    queryset: QuerySet[Organization] = Organization.objects.none()

    def to_python(self, value: Any) -> Any:
        """Return the organization, or ``None`` if nothing was typed."""
        typed = super().to_python(value) or ""
        if not typed:
            return None
        code = typed.split()[0]
        named = self.queryset.filter(name=typed)[:2]
        found = self.queryset.filter(code=code).first() or (named[0] if len(named) == 1 else None)
        if found is None:
            raise forms.ValidationError(
                f"您的范围内没有编码或名称为“{typed}”的党组织。请输入编码或名称，从列出的条目中选择。"
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show code and name of a chosen organization."""
        return option_text(value) if isinstance(value, Organization) else value


def option_text(organization: Organization) -> str:
    """Return what the picker shows and takes back."""
    return f"{organization.code} {organization.name}"


class OrganizationForm(BaseForm):
    code = forms.CharField(label="编码", max_length=40, help_text="全区唯一，花名册按它认组织。")
    name = forms.CharField(label="名称", max_length=120)
    kind = forms.ChoiceField(label="类型", choices=OrganizationKind.choices())
    field = forms.ChoiceField(label="领域", help_text="述职评议按领域分组比较。")
    founded_on = forms.DateField(label="成立日期", required=False)
    note = forms.CharField(label="备注", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["field"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one.value, one.label) for one in offered_fields(self.initial.get("field", ""))]


class CreateOrganizationForm(OrganizationForm):
    superior = OrganizationChoiceField(label="上级党组织", help_text="输入编码或名称后从列出的条目中选择。")
    field_order = ("superior", "code", "name", "kind", "field", "founded_on", "note")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_living(self, actor)


class EditOrganizationForm(OrganizationForm, VersionedForm):
    pass


class MoveOrganizationForm(VersionedForm):
    superior = OrganizationChoiceField(label="新的上级党组织", help_text="本组织和它的全部下级一起调整。")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_living(self, actor)


class AbolishOrganizationForm(VersionedForm):
    on = forms.DateField(label="撤销日期")


class FieldForm(BaseForm):
    label = forms.CharField(label="名称", max_length=20, help_text="例如“园区”，不带“领域”二字。")


def _offer_living(form: forms.Form, actor: Actor) -> None:
    superior = form.fields["superior"]
    if isinstance(superior, OrganizationChoiceField):
        superior.queryset = organizations_edited_by(actor).filter(abolished_on__isnull=True)
