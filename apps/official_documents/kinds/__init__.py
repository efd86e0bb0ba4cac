"""The kinds of this platform, a module each. ``register_kinds`` is called once, when the app is ready."""

from apps.official_documents.kinds.feedback_letter import FeedbackLetterKind
from apps.official_documents.kit.kinds import register

KINDS = (FeedbackLetterKind(),)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
