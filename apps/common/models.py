"""Base classes of tables."""

from django.db import models


class VersionedModel(models.Model):
    """A row that several people may edit; ``version`` is the optimistic lock.

    A service compares the version the form was opened with (``common.services.check_version``), then
    raises it by one when it saves.
    """

    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        abstract = True
