"""Input of staff pages around a session. Nothing here is stored by a form."""

from typing import Any

from django import forms
from django.http import QueryDict

from apps.common.domain.labels import LabelledEnum
from apps.common.forms import BaseForm, NumberText
from apps.cycles.models import ReviewCycle, SchemePaper
from apps.evaluations.domain.slips import read_selector
from apps.evaluations.domain.states import Screen
from apps.evaluations.models import EvaluationSession
from apps.evaluations.services.paper_totals import MOST_FORMS
from apps.evaluations.services.rehearsals import MAX_SLIPS as MAX_REHEARSAL_SLIPS
from apps.evaluations.services.sessions import MAX_PLANNED, SessionPlan
from apps.evaluations.services.slips import MAX_AT_ONCE
from apps.meetings.models import ReviewMeeting


class UrnMode(LabelledEnum):
    """Whether several halls share one urn."""

    SHARED = "shared", "共用一个票箱：各会场的票合在一起开箱、统计"
    APART = "apart", "各会场单独设票箱：每个会场建一个场次，分别开箱"


class PaperChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """The forms of the scheme, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class SessionForm(BaseForm):
    """A session of one cycle; ``plan()`` is what was decided."""

    title = forms.CharField(label="名称", max_length=110)
    meeting = forms.ModelChoiceField(
        label="对应会议",
        queryset=ReviewMeeting.objects.none(),
        required=False,
        empty_label="（不对应会议）",
        help_text="选了会议，测评表按会议的述职顺序排列，其余述职对象排在后面；会场大屏也显示这个会议的议程。",
    )
    papers = PaperChoice(
        label="测评表",
        queryset=SchemePaper.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="一人一次填完所选的各张表，分别统计。",
    )
    halls = forms.CharField(
        label="会场",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "plain-text"}),
        help_text="只有一个会场可以不填；多个会场每行写一个名称。各会场有自己的大屏，测评票上印会场名称。",
    )
    closes_at = forms.DateTimeField(
        label="预定截止时间",
        required=False,
        help_text="显示在会场大屏上，供提醒用；到时仍由工作人员按“截止”。",
    )
    notes = forms.CharField(
        label="填写说明",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "plain-text"}),
        help_text="显示在测评表最上面，例如打分要求。可以不填。",
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        cycle: ReviewCycle,
        session: EvaluationSession | None = None,
    ) -> None:
        super().__init__(data, initial=_stored(session) if session else _proposed(cycle))
        self._set_choices("meeting", ReviewMeeting.objects.filter(cycle=cycle).order_by("starts_at"))
        self._set_choices("papers", cycle.scheme.papers.order_by("order_no"))
        self._add_groups(cycle, session)
        if session is None:
            self.fields["urns"] = forms.ChoiceField(
                label="多个会场时", choices=UrnMode.choices(), initial=UrnMode.SHARED.value, widget=forms.RadioSelect,
                required=False,
                help_text="单独设票箱时，计划票数按会场平均分配，建好后可逐场修改。",
            )  # fmt: skip
        self.order_fields(
            ["title", "meeting", "papers", *self.group_fields, "halls", "urns", "closes_at", "notes"]
        )

    def _set_choices(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- tells mypy what is declared above
        field.queryset = rows

    def _add_groups(self, cycle: ReviewCycle, session: EvaluationSession | None) -> None:
        planned = dict(session.groups.values_list("voter_group_id", "n_planned")) if session else {}
        groups = list(cycle.scheme.voter_groups.order_by("order_no"))
        self.group_fields = {f"planned_{group.pk}": group.pk for group in groups}
        for group in groups:
            self.fields[f"planned_{group.pk}"] = forms.IntegerField(
                label=f"{group.name} 计划票数（张）",
                min_value=0,
                max_value=MAX_PLANNED,
                initial=planned.get(group.pk, group.n_expected),
                widget=NumberText(attrs={"inputmode": "numeric", "class": "short-number"}),
                error_messages={"required": f"请填写“{group.name}”的计划票数，没有就填 0。"},
            )

    @property
    def wants_urns_apart(self) -> bool:
        """Tell whether every hall is to have its own session."""
        return bool(self.cleaned_data.get("urns") == UrnMode.APART.value)

    def plan(self) -> SessionPlan:
        """Return what was entered."""
        data = self.cleaned_data
        return SessionPlan(
            title=data["title"],
            planned={group: data[name] for name, group in self.group_fields.items()},
            meeting_id=data["meeting"].pk if data["meeting"] else None,
            paper_ids=[paper.pk for paper in data["papers"]],
            halls=data["halls"].splitlines(),
            closes_at=data["closes_at"],
            notes=data["notes"],
        )


def _proposed(cycle: ReviewCycle) -> dict[str, Any]:
    meetings = ReviewMeeting.objects.filter(cycle=cycle).order_by("starts_at")
    return {
        "title": f"{cycle.title}现场测评",
        "meeting": meetings.first(),
        "papers": cycle.scheme.papers.all(),
    }


def _stored(session: EvaluationSession) -> dict[str, Any]:
    return {
        "title": session.title,
        "meeting": session.meeting_id,
        "papers": [row.paper_id for row in session.papers.all()],
        "halls": "\n".join(hall.name for hall in session.halls.all()),
        "closes_at": session.closes_at,
        "notes": session.notes,
    }


class CardsForm(BaseForm):
    """Two key cards and, if the house's half is lost, the sealed page. What was typed stays on the page and nowhere else."""

    card_1 = forms.CharField(label="第一张钥匙卡", max_length=400, widget=forms.Textarea)
    card_2 = forms.CharField(label="第二张钥匙卡", max_length=400, required=False, widget=forms.Textarea)
    hold = forms.CharField(
        label="封存页",
        max_length=400,
        required=False,
        widget=forms.Textarea,
        help_text="平时不用填。只在提示缺少封存钥匙时，取出密封的封存页录入。",
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for field in self.fields.values():
            field.widget.attrs.update(
                {"rows": 3, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
            )

    def cards(self) -> list[str]:
        """Return what was entered, in the order of the fields."""
        return [self.cleaned_data["card_1"], self.cleaned_data["card_2"]]

    @property
    def hold_text(self) -> str:
        """The sealed page as entered, empty if it was not needed."""
        return str(self.cleaned_data["hold"])


class PrintForm(BaseForm):
    n_slips = forms.IntegerField(
        label="张数", min_value=1, max_value=MAX_AT_ONCE, widget=NumberText(attrs={"inputmode": "numeric"})
    )
    hall = forms.IntegerField(label="会场", required=False)


class HallForm(BaseForm):
    """The hall meant by a button; empty for a session without halls."""

    hall = forms.IntegerField(label="会场", required=False)


class SlipForm(BaseForm):
    """A slip in hand: scanned, typed, or by the number on its stub."""

    selector = forms.CharField(
        label="票号",
        max_length=400,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        help_text="扫票上的二维码，或输入副券上的 4 位票号。",
    )

    def clean_selector(self) -> str:
        selector = read_selector(self.cleaned_data["selector"])
        if selector is None:
            raise forms.ValidationError("没有认出票号。请扫票上的二维码，或输入副券上的 4 位字符。")
        return selector


class ScreenForm(HallForm):
    """What a hall screen is to show."""

    screen = forms.ChoiceField(label="画面", choices=Screen.choices())


class RehearsalForm(BaseForm):
    """How many slips per voter group the rehearsal gets."""

    n_slips = forms.IntegerField(
        label="每个类别的彩排票数（张）",
        min_value=1,
        max_value=MAX_REHEARSAL_SLIPS,
        initial=3,
        widget=NumberText(attrs={"inputmode": "numeric", "class": "short-number"}),
    )


class PlaceForm(BaseForm):
    """Where paper forms are handed out: a voter group, and a hall if the session has halls."""

    group = forms.IntegerField(label="类别")
    hall = forms.IntegerField(label="会场", required=False)


class HeadsForm(BaseForm):
    """How many paper forms were handed out, came back and were spoiled."""

    n_issued = forms.IntegerField(label="发出", min_value=0, max_value=MOST_FORMS)
    n_returned = forms.IntegerField(label="收回", min_value=0, max_value=MOST_FORMS)
    n_spoiled = forms.IntegerField(label="作废", min_value=0, max_value=MOST_FORMS)


class PurgeForm(BaseForm):
    """The word that must be typed before sealed ballots are destroyed."""

    WORD = "销毁"
    typed = forms.CharField(
        label="请输入“销毁”两个字确认",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short-number"}),
    )

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"]).strip()
        if typed != self.WORD:
            raise forms.ValidationError("输入的不是“销毁”，没有销毁任何数据。")
        return typed
