"""Sign-in and accounts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Tell that too many wrong passwords locked the name for a while."""
    return render(request, "accounts/locked_out.html", status=429)
