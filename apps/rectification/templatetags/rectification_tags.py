"""Colour of an item in words, for pages that show many."""

from django import template

from apps.rectification.lists import colour_today
from apps.rectification.models import RectificationItem

register = template.Library()


@register.filter
def colour_words(item: RectificationItem) -> str:
    return colour_today(item)
