"""What has happened to a career. All are sent inside the transaction, after the rows are written.

``left_office``: ``secretary_id``, ``on`` (day; may lie ahead when staff enter it beforehand), ``actor`` (``None``: a command), ``at``.
The person may still hold other posts: ask ``selectors.holds_office``.
``took_office``: ``secretary_id``, ``appointment_id``, ``on``, ``actor``, ``at``.
``appointment_voiding``: ``appointment``; sent before a mistaken entry is taken back. A receiver that knows of something
resting on it refuses with a ``DomainError``.
"""

from django.dispatch import Signal

left_office = Signal()
took_office = Signal()
appointment_voiding = Signal()
