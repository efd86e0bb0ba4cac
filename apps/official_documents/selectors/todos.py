"""What waits for people because of documents."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from apps.accounts.models import User
from apps.notifications.kit.todos import Todo
from apps.official_documents.domain.states import DocumentState
from apps.official_documents.models import IssuedDocument
from apps.official_documents.selectors import OF_STATE
from apps.official_documents.selectors.feedback import unread_count
from apps.organizations.selectors import within


def document_todos(user: User, today: date) -> Iterator[Todo]:  # noqa: ARG001 -- every provider is asked with the day
    """Name documents to be taken, and outdated ones to be issued anew. One query for each role."""
    if user.secretary_id is not None and (n := unread_count(user)):
        yield Todo("查收反馈意见书", reverse("official_documents:my_feedback"), count=n)
    if user.department_paths():
        rows = IssuedDocument.objects.filter(within(user.department_paths(), "cycle__host__"))
        n = rows.filter(OF_STATE[DocumentState.OUTDATED]).count()
        if n:
            url = f"{reverse('official_documents:document_list')}?state={DocumentState.OUTDATED.value}"
            yield Todo("文书内容有变，待重新出具", url, count=n)
