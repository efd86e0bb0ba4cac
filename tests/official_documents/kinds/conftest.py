"""Documents of invented data."""

import pytest


@pytest.fixture(autouse=True)
def _names_of_fields(db):
    """Nothing invented is stored, but the names of the fields are read; another test of the process may not have done it."""
