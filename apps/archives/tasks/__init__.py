"""The job that makes an archive."""

from apps.archives.tasks.making import make_archive

__all__ = ["make_archive"]
