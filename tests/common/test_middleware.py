from urllib.parse import unquote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from apps.common.errors import DomainError
from apps.common.middleware import DomainErrorMiddleware


@pytest.fixture
def refuse():
    middleware = DomainErrorMiddleware(lambda request: None)

    def run(exception, **headers):
        request = RequestFactory().get("/x/", headers=headers)
        request.user = AnonymousUser()
        return middleware.process_exception(request, exception)

    return run


def test_refusal_is_a_page_in_words(refuse):
    response = refuse(DomainError("权重之和不是 100。"), Referer="http://testserver/cycles/1/")

    assert response.status_code == 409
    assert "权重之和不是 100。" in response.content.decode()
    assert (
        'href="/cycles/1/"' in response.content.decode()
        or "http://testserver/cycles/1/" in response.content.decode()
    )


def test_way_back_never_leads_elsewhere(refuse):
    html = refuse(DomainError("不行。"), Referer="https://evil.example/").content.decode()

    assert "evil" not in html


def test_refusal_of_an_htmx_request_leaves_the_page_alone(refuse):
    response = refuse(DomainError("权重之和不是 100。"), **{"HX-Request": "true"})

    assert response.status_code == 409
    assert response.content == b""
    assert unquote(response["X-Refusal"]) == "权重之和不是 100。"
    assert response["HX-Reswap"] == "none"


def test_other_exceptions_are_not_touched(refuse):
    assert refuse(ValueError("x")) is None
