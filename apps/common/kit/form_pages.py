"""A page with one form: save what is valid and go where it is seen, else show the form with what is wrong."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from apps.common.errors import DomainError

Saved = TypeVar("Saved")


def answer_form(
    request: HttpRequest,
    form: forms.Form,
    save: Callable[[dict[str, Any]], Saved],
    url_of: Callable[[Saved], str],
    done: str,
    page: dict[str, Any],
    template: str = "components/form_page.html",
) -> HttpResponse:
    """Save a valid form, say ``done`` (``{}`` is what was saved) and go to its page; a refusal stands above the form."""
    if request.method == "POST" and form.is_valid():
        try:
            saved = save(dict(form.cleaned_data))
        except DomainError as error:
            if not form.non_field_errors():
                form.add_error(None, error.message)
        else:
            messages.success(request, done.format(saved))
            return redirect(url_of(saved))
    return render(request, template, page | {"form": form})
