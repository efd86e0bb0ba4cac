"""Reads of imports of figures."""

from django.db.models import QuerySet

from apps.assessments.models import FigureImport
from apps.common.domain.actors import Actor
from apps.documents.models import StoredFile
from apps.documents.selectors import file_bytes
from apps.organizations.selectors import within


def imports_visible_to(user: Actor) -> QuerySet[FigureImport]:
    """Return the imports into cycles the account manages."""
    return FigureImport.objects.filter(within(user.department_paths(), "cycle__host__"))


def workbook_of(figure_import: FigureImport) -> bytes:
    """Return the uploaded workbook, byte for byte."""
    return file_bytes(StoredFile.objects.get(pk=figure_import.file_id))
