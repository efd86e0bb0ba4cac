"""Forms of organizations, and the field by which any form picks one."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from apps.common.domain.actors import Actor
from apps.common.forms import NOT_OFFERED, BaseForm, VersionedForm
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.domain.tree import NewOrganization
from apps.organizations.models import Organization
from apps.organizations.selectors import organizations_edited_by
from apps.organizations.selectors.fields import offered_fields

N_OTHERS = 4
N_PARTS = 3
REASON_HELP = "批复文号或情况说明，记入组织沿革，例如“区委组〔2026〕12号”。"
DAY_HELP = "从这一天起按新的情况算，可以是过去的日期，不能是将来。"
APPOINTMENTS = "同时免去在任书记（免职日期就是生效日期）；不勾选则任职照旧，列为待处理"
HOW_TO_PICK = "输入编码或名称后从列出的条目中选择。"
STAYS = "stays"
NEW = ("code", "name", "kind", "field")


class OrganizationInput(forms.TextInput):
    """A text box that offers organizations while one types; without scripts the code is typed in full."""

    template_name = "organizations/_organization_input.html"

    def __init__(
        self, *args: Any, options: str = "organizations:organization_options", **kwargs: Any
    ) -> None:
        """``options``: the name of the URL that offers what the field's ``queryset`` holds."""
        super().__init__(*args, **kwargs)
        self._options = options

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the name of the URL."""
        context = super().get_context(name, value, attrs)
        context["widget"]["options"] = self._options
        return context


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
                f"您的范围内没有编码或名称为“{typed}”的党组织。请输入编码或名称，从列出的条目中选择。",
                code=NOT_OFFERED if _exists(code, typed) else "unknown",
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show code and name of a chosen organization."""
        return option_text(value) if isinstance(value, Organization) else value


def _exists(code: str, name: str) -> bool:
    """Tell whether an organization that is not offered exists: no slip of the hand, but out of reach. The words are the same."""
    return Organization.objects.filter(Q(code=code) | Q(name=name)).exists()


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
        _offer_fields(self, self.initial.get("field", ""))


class CreateOrganizationForm(OrganizationForm):
    superior = OrganizationChoiceField(label="上级党组织", help_text=HOW_TO_PICK)
    field_order = ("superior", "code", "name", "kind", "field", "founded_on", "note")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_living(self, actor)


class EditOrganizationForm(OrganizationForm, VersionedForm):
    on = forms.DateField(
        label="从哪天起改变", required=False, help_text="改正原来填错的内容请留空；情况真的变了（如支部改设党总支）才填生效日期，此前仍按原来的算。"
    )  # fmt: skip
    reason = forms.CharField(label="依据和理由", max_length=300, required=False, help_text=REASON_HELP)


class RenameOrganizationForm(VersionedForm):
    name = forms.CharField(label="新名称", max_length=120)
    on = forms.DateField(label="更名日期", help_text=DAY_HELP)
    reason = forms.CharField(label="依据和理由", max_length=300, help_text=REASON_HELP)


class MoveOrganizationForm(VersionedForm):
    superior = OrganizationChoiceField(label="新的上级党组织", help_text="本组织和它的全部下级一起调整。")
    on = forms.DateField(label="调整日期", help_text=DAY_HELP)
    reason = forms.CharField(label="依据和理由", max_length=300, help_text=REASON_HELP)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_living(self, actor)


class AbolishOrganizationForm(VersionedForm):
    on = forms.DateField(label="撤销日期", help_text="从这一天起不再存在。")
    reason = forms.CharField(label="依据和理由", max_length=300, help_text=REASON_HELP)
    end_appointments = forms.BooleanField(label=APPOINTMENTS, required=False)


class ReinstateOrganizationForm(BaseForm):
    on = forms.DateField(
        label="从哪天起恢复", required=False, help_text="撤销登记有误、其实没有撤销过，请留空；确实撤销过、后来重新恢复，填恢复的日期。"
    )  # fmt: skip
    reason = forms.CharField(label="依据和理由", max_length=300, help_text=REASON_HELP)


class TakeBackForm(BaseForm):
    reason = forms.CharField(label="登记有误的原因", max_length=300, help_text="会写进组织沿革和日志。")


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that belong together on the page; ``is_row``: side by side."""

    title: str
    fields: list[forms.BoundField]
    hint: str = ""
    is_row: bool = False


class MergeOrganizationForm(BaseForm):
    """Merge the organization of the page, alone or with others, into one that exists or a new one."""

    goal = OrganizationChoiceField(label="并入哪个组织", required=False)
    code = forms.CharField(label="编码", max_length=40, required=False)
    name = forms.CharField(label="名称", max_length=120, required=False)
    kind = forms.ChoiceField(label="类型", choices=OrganizationKind.choices(), required=False)
    field = forms.ChoiceField(label="领域", required=False)
    on = forms.DateField(
        label="合并日期", help_text="从这一天起，被合并的组织不再存在，它们的下级归合并后的组织。"
    )
    reason = forms.CharField(label="依据和理由", max_length=300, help_text=REASON_HELP)
    end_appointments = forms.BooleanField(label=APPOINTMENTS, required=False)

    def __init__(self, *args: Any, actor: Actor, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        for n in range(1, N_OTHERS + 1):
            self.fields[f"other_{n}"] = OrganizationChoiceField(label=f"组织 {n}", required=False)
        _offer_fields(self, organization.field)
        self.order_fields([*(f"other_{n}" for n in range(1, N_OTHERS + 1)), "goal"])
        offer_living(self, actor)

    def groups(self) -> list[FieldGroup]:
        """Return the fields in the order of the page."""
        others = [self[f"other_{n}"] for n in range(1, N_OTHERS + 1)]
        new = [self[name] for name in NEW]
        rest = [self[name] for name in ("on", "reason", "end_appointments")]
        return [
            FieldGroup(
                "一并合并的组织", others, "本页的组织之外，还有哪些组织一起合并；只合并本页这一个就都不填。"
            ),
            FieldGroup(
                "并入已有的组织", [self["goal"]], "并入已有组织填这一项；合并成新组织请留空，填下面一行。"
            ),
            FieldGroup("或者：合并成新组织", new, "新组织放在本页组织的上级之下。", is_row=True),
            FieldGroup("日期和依据", rest),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        code, name = data.get("code"), data.get("name")
        if data.get("goal") and (code or name):
            self.add_error("goal", "并入已有的组织和合并成新组织只能选一种：请清空其中一项。")
        elif not data.get("goal") and not (code and name) and "goal" not in self.errors:
            self.add_error("goal", "请选择并入哪个组织，或者填写新组织的编码和名称。")
        return data

    def others(self) -> list[Organization]:
        """Return the organizations merged along with the one of the page."""
        found = (self.cleaned_data.get(f"other_{n}") for n in range(1, N_OTHERS + 1))
        return [one for one in found if one is not None]

    def into(self) -> int | NewOrganization:
        """Return the goal: an id, or what the new organization is to be, below the superior of the old one."""
        data = self.cleaned_data
        if data.get("goal"):
            return int(data["goal"].pk)
        return NewOrganization(
            data["code"], data["name"], data["kind"], data["field"], self.organization.superior_id
        )


class SplitOrganizationForm(VersionedForm):
    """Let the organization of the page give rise to up to three new ones and share out its subordinates."""

    is_closed = forms.BooleanField(label="分设后原组织撤销（不勾选则原组织保留）", required=False)
    on = forms.DateField(label="分设日期", help_text=DAY_HELP)
    reason = forms.CharField(label="依据和理由", max_length=300, help_text=REASON_HELP)
    end_appointments = forms.BooleanField(
        label=APPOINTMENTS.replace("同时", "原组织撤销的，同时"), required=False
    )

    def __init__(self, *args: Any, subordinates: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subordinates = subordinates
        for n in range(1, N_PARTS + 1):
            for name, label, length in (("code", f"新组织{n}编码", 40), ("name", f"新组织{n}名称", 120)):
                self.fields[f"{name}_{n}"] = forms.CharField(
                    label=label,
                    max_length=length,
                    required=n == 1,
                    error_messages={"required": f"请填写“{label}”。"},
                )
            self.fields[f"kind_{n}"] = forms.ChoiceField(
                label="类型", choices=OrganizationKind.choices(), required=False
            )
            self.fields[f"field_{n}"] = forms.ChoiceField(label="领域", required=False)
        _offer_fields(self, self.initial.get("field_1", ""))
        goals = [(STAYS, "留在原组织"), *((str(n), f"划归新组织{n}") for n in range(1, N_PARTS + 1))]
        for one in subordinates:
            self.fields[f"to_{one.pk}"] = forms.ChoiceField(
                label=one.name, choices=goals, initial=STAYS, required=False
            )

    def groups(self) -> list[FieldGroup]:
        """Return the fields in the order of the page."""
        goals = [self[f"to_{one.pk}"] for one in self.subordinates]
        rest = [self[name] for name in ("is_closed", "on", "reason", "end_appointments")]
        return [
            *(
                FieldGroup(
                    f"新组织{n}" if n == 1 else f"新组织{n}（没有就留空）",
                    [self[f"{name}_{n}"] for name in NEW],
                    is_row=True,
                )
                for n in range(1, N_PARTS + 1)
            ),
            FieldGroup("现有下级的去向", goals, "每个下级选一个去向；原组织撤销时，下级必须全部划走。"),
            FieldGroup("日期和依据", rest),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for n in range(2, N_PARTS + 1):
            if bool(data.get(f"code_{n}")) != bool(data.get(f"name_{n}")):
                self.add_error(f"code_{n}", f"新组织{n}的编码和名称要一起填；不用这一个请都清空。")
        for one in self.subordinates:
            goal = data.get(f"to_{one.pk}")
            if goal and goal != STAYS and not data.get(f"code_{goal}"):
                self.add_error(f"to_{one.pk}", f"新组织{goal}还没有填编码和名称。")
        return data

    def parts(self) -> list[NewOrganization]:
        """Return the new organizations with the subordinates each of them takes."""
        data = self.cleaned_data
        return [
            NewOrganization(
                data[f"code_{n}"], data[f"name_{n}"], data[f"kind_{n}"], data[f"field_{n}"],
                subordinate_ids=tuple(one.pk for one in self.subordinates if data.get(f"to_{one.pk}") == str(n)),
            )
            for n in range(1, N_PARTS + 1)
            if data.get(f"code_{n}")
        ]  # fmt: skip


def _offer_fields(form: forms.Form, current: str) -> None:
    """Let the form offer the fields in use, and the one that stands there already."""
    choices = [(one.value, one.label) for one in offered_fields(current)]
    for name, one in form.fields.items():
        if name.split("_")[0] == "field" and isinstance(one, forms.ChoiceField):
            one.choices = choices


class FieldForm(BaseForm):
    label = forms.CharField(label="名称", max_length=20, help_text="例如“园区”，不带“领域”二字。")


def offer_living(form: forms.Form, actor: Actor) -> None:
    """Let every picker of the form take the living organizations in the account's hands."""
    offer_organizations(form, organizations_edited_by(actor).filter(abolished_on__isnull=True))


def offer_organizations(form: forms.Form, rows: QuerySet[Organization]) -> None:
    """Let every picker of the form take these organizations."""
    for one in form.fields.values():
        if isinstance(one, OrganizationChoiceField):
            one.queryset = rows
