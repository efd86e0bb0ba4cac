"""Another queue server for a while."""

import contextlib

import pytest

from config.celery import app


@contextlib.contextmanager
def queue_at(url):
    """Send to the server at ``url`` until the block ends; connections made meanwhile are forgotten."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.conf, "broker_url", url)
        patch.setattr(app, "_pool", None)
        patch.setattr(app.amqp, "_producer_pool", None)
        patch.setenv("REDIS_URL", url)
        yield
