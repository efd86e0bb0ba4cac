import pytest

from apps.rectification.domain.evidence import MAX_BYTES, TYPES, checked_evidence
from apps.rectification.errors import BadEvidence


@pytest.mark.parametrize("ending", TYPES)
def test_each_kind_gets_its_true_content_type(ending):
    content_type, head = TYPES[ending]

    assert checked_evidence(f"材料.{ending.upper()}", head + b"x").content_type == content_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("程序.exe", b"MZ"), ("没有扩展名", b"%PDF-"), ("页面.html", b"<script>"), ("图.svg", b"<svg>"),
        ("空.pdf", b""), ("假.pdf", b"MZ"), ("假.png", b"%PDF-"), ("大.pdf", b"%PDF-" + b"0" * MAX_BYTES),
    ],
)  # fmt: skip
def test_anything_else_is_refused(name, content):
    with pytest.raises(BadEvidence, match=name):
        checked_evidence(name, content)
