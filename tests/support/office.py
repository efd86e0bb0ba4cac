"""A LibreOffice for the tests, installed when the first of them asks for it."""

import pytest

from config.launcher.errors import LaunchError
from config.launcher.office import ensure_office
from config.launcher.project import this_project


@pytest.fixture(scope="session")
def office():
    """Something that opens workbooks and saves them as another kind; nobody but root can install it, so others may lack it."""
    try:
        return ensure_office(this_project())
    except LaunchError as missing:
        pytest.skip(str(missing))
