"""Tests that share a running system run in one process, or each process would start a system of its own."""

import os

import pytest


@pytest.mark.xdist_group("grouped")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process runs everything")
def test_name_tells_the_group_to_what_shares_the_tests_out(request):
    assert request.node.nodeid.endswith("@grouped")
