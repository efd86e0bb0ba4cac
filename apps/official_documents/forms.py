"""Forms of official documents. They turn input into clean values; services save."""

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.common.forms import BaseForm, VersionedForm
from apps.official_documents.domain.orders import Order, Which
from apps.official_documents.domain.scopes import Format
from apps.official_documents.domain.states import Delivery
from apps.official_documents.domain.template_checks import SECRECY, faults
from apps.official_documents.domain.templates import Template
from apps.official_documents.kit.kinds import COMMON_FIELDS, Kind

MEGABYTE = 1 << 20
LARGEST_MB = 30


class OrderForm(BaseForm):
    """A batch. Kinds and people are those of one cycle."""

    kinds = forms.MultipleChoiceField(label="文书种类", widget=forms.CheckboxSelectMultiple)
    which = forms.ChoiceField(label="出具哪些", choices=Which.choices(), widget=forms.RadioSelect)
    fields_chosen = forms.MultipleChoiceField(
        label="只要这些领域",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选就是全部领域。",
    )
    people = forms.MultipleChoiceField(
        label="只要这些人",
        required=False,
        widget=forms.SelectMultiple(attrs={"data-picker": "", "class": "form-select"}),
        help_text="不选就是全部。只影响“每人一份”的文书。",
    )
    formats = forms.MultipleChoiceField(
        label="格式",
        choices=Format.choices(),
        widget=forms.CheckboxSelectMultiple,
        help_text="PDF 总会生成，是正式文本；Excel 和 Word 供继续使用，没有这种格式的文书只给 PDF。",
    )
    delivery = forms.ChoiceField(label="怎样交付", choices=Delivery.choices(), widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[Kind],
        people: Sequence[tuple[int, str]],
        fields: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choices("kinds", [(kind.key, f"{kind.label}（{kind.scope.label}）") for kind in kinds])
        self._choices("people", [(str(key), label) for key, label in people])
        self._choices("fields_chosen", fields)

    def _choices(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 -- for the type checker
        field.choices = list(choices)

    def order(self, cycle_id: int, verify_url: str) -> Order:
        """Return the order of a valid form."""
        data = self.cleaned_data
        return Order(
            cycle_id,
            data["kinds"],
            [Format(one) for one in data["formats"]],
            Delivery(data["delivery"]),
            Which(data["which"]),
            [int(one) for one in data["people"]] or None,
            data["fields_chosen"] or None,
            verify_url,
        )


class RevokeForm(BaseForm):
    reason = forms.CharField(
        label="作废原因", max_length=200, widget=forms.TextInput(attrs={"placeholder": "例如：文号有误"})
    )


class VerifyForm(BaseForm):
    """A code, or a file to compare."""

    code = forms.CharField(
        label="核验码",
        required=False,
        max_length=300,
        widget=forms.TextInput(
            attrs={
                "placeholder": "例如 7K3M-9XQ2-ABCD",
                "autocomplete": "off",
                "autocapitalize": "characters",
            }
        ),
        help_text="印在文书首页下方，12 位，大小写和横线都可以不管。",
    )
    file = forms.FileField(
        label="或者选择文件比对",
        required=False,
        help_text=f"比对文件的 SHA-256，一个字节不同也能看出来。文件不保存，最大 {LARGEST_MB} MB。",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is not None and file.size > LARGEST_MB * MEGABYTE:
            raise forms.ValidationError(
                f"文件超过 {LARGEST_MB} MB，没有比对。请在本机计算 SHA-256 后与文书页上的比较。"
            )
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("code") and not data.get("file"):
            self.add_error("code", "请输入核验码，或者选择一个文件。")
        return data


class TemplateForm(VersionedForm):
    """The editable part of one kind."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label="标题")
    number = forms.CharField(
        label="文号样式",
        required=False,
        help_text="“{年}”换成年度，“{号}”换成每年从 1 编起的顺序号，例如“组反馈〔{年}〕{号}号”。留空就不编文号。",
    )
    secrecy = forms.ChoiceField(
        label="密级", required=False, choices=[(one, one or "不标") for one in SECRECY]
    )
    signer = forms.CharField(label="署名", required=False, help_text="留空就不署名。")
    has_seal = forms.BooleanField(label="加盖印章（署名和日期按加盖印章的位置排）", required=False)
    signature_lines = forms.CharField(
        label="签名行",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一个，例如“本人”“经办人”；打印后手写签名。",
    )
    copies_to = forms.CharField(label="抄送", required=False, help_text="例如“区委办公室，区纪委”。")
    printer = forms.CharField(
        label="印发机关", required=False, help_text="与“抄送”一起印在末页下方（版记）；都留空就没有版记。"
    )

    def __init__(self, *args: Any, kind: Kind, template: Template | None = None, **kwargs: Any) -> None:
        if template is not None:
            kwargs["initial"] = {**kwargs.get("initial", {}), **initial_of(kind, template)}
        super().__init__(*args, **kwargs)
        self.kind = kind
        for one in kind.passages:
            self.fields[f"passage-{one.key}"] = forms.CharField(
                label=one.label,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4, "class": "form-control wording"}),
                help_text="可以留空，留空就不写这一段。" if one.is_optional else "",
            )
        for switch in kind.switches:
            self.fields[f"switch-{switch.key}"] = forms.BooleanField(label=switch.label, required=False)

    @property
    def passage_fields(self) -> list[forms.BoundField]:
        return [self[f"passage-{one.key}"] for one in self.kind.passages]

    @property
    def switch_fields(self) -> list[forms.BoundField]:
        return [self[f"switch-{one.key}"] for one in self.kind.switches]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            known = [one.name for one in (*self.kind.fields, *COMMON_FIELDS)]
            for box, words in faults(self.template(), self.kind.passages, known).items():
                self.add_error(box, words)
        return data

    def template(self) -> Template:
        """Return what was typed."""
        data = self.cleaned_data
        lines = (line.strip() for line in data["signature_lines"].splitlines())
        return Template(
            title=data["title"].strip(),
            passages={one.key: _tidy(data[f"passage-{one.key}"]) for one in self.kind.passages},
            switches={one.key: data[f"switch-{one.key}"] for one in self.kind.switches},
            number=data["number"].strip(),
            secrecy=data["secrecy"],
            signer=data["signer"].strip(),
            has_seal=data["has_seal"],
            signature_lines=tuple(line for line in lines if line),
            copies_to=data["copies_to"].strip(),
            printer=data["printer"].strip(),
        )


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def initial_of(kind: Kind, template: Template) -> dict[str, Any]:
    plain = {
        "title": template.title,
        "number": template.number,
        "secrecy": template.secrecy,
        "signer": template.signer,
        "has_seal": template.has_seal,
        "signature_lines": "\n".join(template.signature_lines),
        "copies_to": template.copies_to,
        "printer": template.printer,
    }
    passages = {f"passage-{one.key}": template.passages.get(one.key, one.text) for one in kind.passages}
    switches = {f"switch-{one.key}": template.switches.get(one.key, one.is_on) for one in kind.switches}
    return plain | passages | switches
