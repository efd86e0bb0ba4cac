"""One system for all attacks that need a whole one: its logs, its files, its backups."""

import pytest

from tests.evaluations.attacks.acts import Story
from tests.evaluations.attacks.scene import running_scene


@pytest.fixture(scope="session")
def running_story(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), running_scene() as scene:
        yield Story(scene)


@pytest.fixture
def story(running_story, django_db_blocker):
    """The story of one session; ask for ``voted()`` or ``opened()`` to have it happen."""
    with django_db_blocker.unblock():
        yield running_story
