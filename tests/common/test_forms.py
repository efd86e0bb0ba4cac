from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import get_resolver

from apps.common.forms import CONFLICT, BaseForm, VersionedForm


class NoteForm(VersionedForm):
    title = forms.CharField(label="标题")
    due_on = forms.DateField(label="期限", required=False)
    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), ("a", "甲")])


def data(**values):
    query = QueryDict(mutable=True)
    query.update(values)
    return query


def test_missing_value_is_named_in_chinese():
    form = NoteForm(data(version="1"))

    assert form.errors["title"] == ["请填写“标题”。"]
    assert form.errors["kind"] == ["请选择“类别”。"]


def test_conflict_keeps_what_was_typed_and_shows_what_was_stored():
    form = NoteForm(data(version="1", title="我的", kind="a"))
    assert form.is_valid()

    form.keep_after_conflict(2, {"title": "别人的", "due_on": None, "kind": "a"})
    html = render_to_string("components/_form.html", {"form": form})

    assert form.non_field_errors() == [CONFLICT]
    assert 'value="我的"' in html
    assert "别人已保存的内容：别人的" in html
    assert html.count("别人已保存的内容") == 1
    assert '<input type="hidden" name="version" value="2"' in html


def test_second_submission_after_a_conflict_carries_the_new_version():
    form = NoteForm(data(version="1", title="我的", kind="a"))
    form.is_valid()
    form.keep_after_conflict(5, {"title": "别人的"})

    again = NoteForm(form.data)

    assert again.is_valid()
    assert again.cleaned_data["version"] == 5


def test_date_gets_the_browsers_box_and_errors_are_tied_to_their_field():
    form = NoteForm(data(version="1", due_on="x", kind="a"))
    form.is_valid()

    html = render_to_string("components/_form.html", {"form": form})

    assert 'type="date"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-describedby="id_title_error"' in html


def test_choice_groups_are_field_sets():
    class Radio(BaseForm):
        grade = forms.ChoiceField(label="等次", choices=[("a", "好"), ("b", "差")], widget=forms.RadioSelect)
        sure = forms.BooleanField(label="确认")

    html = render_to_string("components/_form.html", {"form": Radio()})

    assert "<legend>等次" in html
    assert html.count('class="form-check-input"') == 3


def forms_below(base):
    for one in base.__subclasses__():
        yield one
        yield from forms_below(one)


# What these offer is the same for everybody: how a report is given, whether a condition is met.
SAME_FOR_ALL = {"FindingForm", "ReportModeForm"}


def test_every_form_with_choices_tells_the_log_of_what_it_did_not_offer():
    """Only ``BaseForm`` does, so a form that offers something must be one."""
    get_resolver().url_patterns  # noqa: B018 -- loads every form
    ours = [one for one in forms_below(forms.Form) if one.__module__.startswith("apps.")]
    offering = [one for one in ours if any(hasattr(field, "choices") for field in one.base_fields.values())]

    assert {one.__name__ for one in offering if not issubclass(one, BaseForm)} == SAME_FOR_ALL
    assert len(offering) > 10
