"""Tags and filters of every page. They show what they are given: no query, no rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from apps.common.domain import formats
from apps.common.domain.chinese_dates import chinese_date
from apps.common.kit import navigation as registry

register = template.Library()
# A value this long at most is never broken over two lines.
SHORT = 6


@dataclass(frozen=True, slots=True)
class NavLink:
    """One line of the side navigation; ``section`` is the heading above it, if a new section begins here."""

    label: str
    url: str
    is_current: bool
    section: str


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> list[NavLink]:
    """Return the navigation of the account that looks at the page."""
    request = context["request"]
    places = [(item, url) for item in registry.items_for(request.user) if (url := _address(item.url_name))]
    current = _longest_prefix([url for _, url in places], request.path)
    links, section = [], ""
    for item, url in places:
        links.append(
            NavLink(item.label, url, url == current, item.section if item.section != section else "")
        )
        section = item.section
    return links


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _longest_prefix(urls: list[str], path: str) -> str:
    """Return the entry a page stands under; a page below none of them takes the first entry of its app."""
    found = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(found, key=len, default="") or next((url for url in urls if _app_of(url) == _app_of(path)), "")


def _app_of(path: str) -> str:
    return path.split("/")[1]


@register.simple_block_tag
def capture(content: str) -> SafeString:
    """Keep a rendered block for use in more than one place: ``{% capture as page_title %}…{% endcapture %}``."""
    return mark_safe(content.strip())  # noqa: S308 -- a rendered template, escaped where it was made


@register.filter
def control(field: BoundField) -> SafeString:
    """Render a form field with the classes of our style sheet."""
    widget = field.field.widget
    attrs: dict[str, str | bool] = {
        "class": f"{widget.attrs.get('class', '')} {_control_class(widget)}".strip()
    }
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


def _control_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


@register.filter
def is_single_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_choice_group(field: BoundField) -> bool:
    return field.use_fieldset


@register.filter
def stored_value(field: BoundField) -> str:
    """Return what somebody else saved in this field meanwhile (see ``common.forms.VersionedForm``)."""
    stored: dict[str, str] = getattr(field.form, "stored_values", {})
    return stored.get(field.name, "")


@register.filter
def cell(value: Any) -> Any:
    """Show one value of a list: dates, yes/no and numbers as people write them; nothing is a dash."""
    if value is None or value == "":
        return formats.MISSING
    for kind, show in CELLS:
        if isinstance(value, kind):
            return show(value)
    return value


@register.filter
def is_short(value: Any) -> bool:
    """Tell whether a value of a list must stay on one line: a day, a time, a few characters."""
    return isinstance(value, date) or (isinstance(value, str) and len(value) <= SHORT)


@register.filter
def score(value: Any) -> str:
    """Show a score with two decimals, rounded half up."""
    return formats.score(value)


@register.filter
def percent(value: Any) -> str:
    """Show a share (0–1) as per cent."""
    return formats.percent(value)


@register.filter
def money(value: Any) -> str:
    """Show an amount in yuan."""
    return formats.money(value)


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """Show ``2026年1月5日``."""
    if value is None:
        return "—"
    return chinese_date(_local(value).date() if isinstance(value, datetime) else value)


@register.filter
def cn_time(value: datetime | None) -> str:
    """Show ``2026年1月5日 15:04``."""
    if value is None:
        return "—"
    local = _local(value)
    return f"{chinese_date(local.date())} {local:%H:%M}"


@register.filter
def short_date(value: date | datetime | None) -> str:
    """Show ``2026-01-05``."""
    if value is None:
        return "—"
    return (_local(value).date() if isinstance(value, datetime) else value).isoformat()


CELLS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "是" if value else "否"),
    (datetime, lambda value: _local(value).strftime("%Y-%m-%d %H:%M")),
    (date, date.isoformat),
    (Fraction, formats.score),
    (Decimal, formats.plain_decimal),
)


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
