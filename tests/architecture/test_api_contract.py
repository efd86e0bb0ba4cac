"""schemathesis against the OpenAPI document: no server error, no undocumented status, no answer that breaks its schema.

Every operation is called with well-formed and malformed requests, against the real application and database, as two roles that
get very different answers, and once more, with fewer requests, by a program's token: no session, no CSRF, no confirmation. Ids are aimed at rows that exist; what a request changes is taken back.
"""

import contextlib
import io

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from apps.accounts.services import make_token

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
USUAL = 100  # what the profile "house" asks of a property; "search" asks more, of every operation too
EXAMPLES = {GenerationMode.POSITIVE: 8, GenerationMode.NEGATIVE: 4}
FEW = {GenerationMode.POSITIVE: 3, GenerationMode.NEGATIVE: 1}
CSRF = "c" * 32


def test_the_document_is_valid_and_says_how_each_operation_refuses():
    document = SchemaGenerator().get_schema(public=True)

    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            responses = operation["responses"]
            assert {"401", "403"} <= responses.keys(), (path, method)
            assert ("400" in responses) == bool("requestBody" in operation or _asks(operation)), (
                path,
                method,
            )
            assert operation["summary"] if path.split("/")[3] not in {"schema", "results"} else True, path


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
@pytest.mark.parametrize(
    "address", ["", "nothing/", "organizations", "organizations//", "organizations/1%0A2/", "%00"]
)
def test_address_that_is_none_is_refused_in_words(address, method, world, client):
    client.force_login(world.users["head"], backend="django.contrib.auth.backends.ModelBackend")

    answer = client.generic(method.upper(), f"/api/v1/{address}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "末尾须有“/”" in answer.json()["detail"]


def _asks(operation):
    return [one for one in operation.get("parameters", []) if one["in"] == "query"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["head", "audit_admin"])
def test_every_operation_keeps_its_contract(role, world, far_world):
    assert broken_contracts(signed_in(world.users[role]), EXAMPLES, aims_in(world, far_world)) == {}


@pytest.mark.django_db
def test_every_operation_keeps_its_contract_with_a_token(world, far_world):
    user = world.users["head"]
    token = make_token(name="取数", days=30, may_write=True, actor=user, at=timezone.now())

    keys = {"headers": {"Authorization": f"Bearer {token}"}}

    assert broken_contracts(keys, FEW, aims_in(world, far_world)) == {}


def broken_contracts(keys, examples, aims):
    """Return what is wrong by operation and mode; ``keys`` make a request somebody's."""
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
    schema.app = WSGIHandler()
    found = {}
    n_operations = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        n_operations += 1
        for mode, n_examples in examples.items():
            failure = first_failure(operation, mode, n_examples, keys, aims)
            if failure:
                found[f"{operation.label} {mode.value}"] = failure

    assert n_operations > 40
    return found


def first_failure(operation, mode, n_examples, keys, aims):
    """Return what is wrong with an operation, empty if nothing is."""

    @settings(
        max_examples=n_examples * settings().max_examples // USUAL,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def call(case, data):
        aim(case, data, mode, aims)
        with undone():
            case.call_and_validate(checks=CHECKS, **keys)

    try:
        call()
    except Unsatisfiable:
        return ""  # nothing of it can be malformed
    except FailureGroup as failures:
        return "\n".join(f"{type(one).__name__}: {one}" for one in failures.exceptions)[:2000]
    return ""


def aim(case, data, mode, aims):
    """Let well-formed requests name rows that exist, most of the time; malformed ones stay as they were made."""
    if mode != GenerationMode.POSITIVE:
        return
    kind = case.operation.path.split("/")[3]
    for name in case.path_parameters or {}:
        if name in {"id", "pk", "seq", "key"} and kind in aims:
            case.path_parameters[name] = data.draw(st.sampled_from(aims[kind]))
    if isinstance(case.body, dict):
        for name in case.body.keys() & aims.keys():
            case.body[name] = data.draw(st.sampled_from(aims[name]))


def aims_in(world, far_world):
    """Return the ids of rows in sight and out of it, by the name of the resource or of the property."""
    organizations = [world.root.pk, world.town.pk, world.branch.pk, world.other_town.pk, far_world.town.pk]
    people = [world.secretary.pk, world.outsider_secretary.pk, far_world.secretary.pk]
    return {
        "organizations": organizations,
        "superior": organizations,
        "organization": organizations,
        "scope": organizations,
        "into": organizations,
        "absorbed": [[world.branch.pk], [world.town.pk, world.other_town.pk], [far_world.town.pk]],
        "field": ["rural", "urban"],
        "on": ["2024-05-06", "2026-11-01", "1999-01-01"],
        "started_on": ["2024-05-06", "2019-01-01"],
        "fields": ["rural", "none"],
        "secretaries": people,
        "secretary": people,
        "appointments": [world.appointment.pk, far_world.appointment.pk],
        "accounts": [world.users["secretary"].pk, world.users["clerk"].pk, far_world.users["clerk"].pk],
        "audit": [world.audit_entry.pk, 10**9],
        "roster-imports": [world.roster_import.pk, far_world.roster_import.pk],
        "results": [world.summary.pk],
    }


def signed_in(user):
    """Return what makes a request that of a freshly signed-in browser."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": CSRF}
    return {"cookies": cookies, "headers": {"X-CSRFToken": CSRF}}


@contextlib.contextmanager
def undone():
    """Take back what a request changed; it must not close the connection that the test's transaction lives in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        with contextlib.redirect_stderr(io.StringIO()), transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
