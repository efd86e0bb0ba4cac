"""What a batch hands over."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from apps.documents.kit.official import OfficialDocument
from apps.documents.models import StoredFile
from apps.documents.selectors import file_bytes
from apps.official_documents import services
from apps.official_documents.domain.orders import Which
from apps.official_documents.domain.scopes import Format
from apps.official_documents.domain.states import Delivery
from apps.official_documents.kit.volume import Volume
from apps.official_documents.models import IssuedDocument
from tests.factories.grading import AT, make_signed_deliberation
from tests.factories.official_documents import order, run


def paper(n_pages, title="标题"):
    document = OfficialDocument(title)
    for n in range(n_pages):
        document.paragraph(f"第{n}页")
        document.page_break()
    return document.build()


def bound(*lengths):
    volume = Volume()
    for n, length in enumerate(lengths):
        volume.add(paper(length), f"第{n}份")
    out = BytesIO()
    volume.write(out)
    return out.getvalue()


def test_each_document_starts_on_the_front_of_a_sheet():
    book = PdfReader(BytesIO(bound(1, 2, 3, 1)))

    starts = [book.get_destination_page_number(one) + 1 for one in book.outline]
    assert [one.title for one in book.outline] == ["第0份", "第1份", "第2份", "第3份"]
    assert starts == [1, 3, 5, 9]
    assert len(book.pages) == 9
    assert [n for n, page in enumerate(book.pages, start=1) if not page.extract_text().strip()] == [2, 8]


def test_same_documents_give_the_same_volume():
    assert bound(1, 2) == bound(1, 2)


def test_groups_hold_their_documents_in_the_outline():
    volume = Volume()
    for group, label in (("反馈意见书", "甲"), ("反馈意见书", "乙"), ("通报", "全区")):
        volume.add(paper(1), label, group=group)
    out = BytesIO()
    volume.write(out)

    letters, members, circulars, whole = PdfReader(out).outline
    assert (letters.title, [one.title for one in members]) == ("反馈意见书", ["甲", "乙"])
    assert (circulars.title, [one.title for one in whole]) == ("通报", ["全区"])


@pytest.mark.django_db
def test_zip_holds_the_files_under_their_names():
    cycle = make_signed_deliberation(["good", "poor", "average"]).cycle

    job = run(order(cycle))

    names = [one.pdf.name for one in IssuedDocument.objects.order_by("number")]
    with zipfile.ZipFile(BytesIO(file_bytes(job.result))) as bundle:
        assert bundle.namelist() == names
        assert bundle.testzip() is None
    assert names[0].startswith("001 ")
    assert names[0].endswith("反馈意见书.pdf")


@pytest.mark.django_db
def test_zip_holds_all_formats_asked_for():
    cycle = make_signed_deliberation(["good", "poor"]).cycle

    job = run(order(cycle, formats=(Format.PDF, Format.DOCX)))

    with zipfile.ZipFile(BytesIO(file_bytes(job.result))) as bundle:
        assert sorted(name.rpartition(".")[2] for name in bundle.namelist()) == ["docx", "docx", "pdf", "pdf"]


@pytest.mark.django_db
def test_volume_and_single_files():
    cycle = make_signed_deliberation(["good", "poor"]).cycle

    single = run(order(cycle, delivery=Delivery.SINGLE))
    volume = run(order(cycle, delivery=Delivery.VOLUME, which=Which.STANDING))

    assert single.result is None
    assert single.result_url.endswith(f"?cycle={cycle.pk}")
    assert volume.result.name.endswith("反馈意见书 2份 合订本.pdf")
    assert len(PdfReader(BytesIO(file_bytes(volume.result))).outline) == 2
    assert IssuedDocument.objects.count() == 2


@pytest.mark.django_db
def test_single_document_is_its_own_result():
    cycle = make_signed_deliberation().cycle
    reviewee = cycle.reviewees.last()

    job = run(order(cycle, reviewee_ids=[reviewee.pk]))

    letter = IssuedDocument.objects.get()
    assert letter.reviewee == reviewee
    assert job.result == letter.pdf


@pytest.mark.django_db
def test_bundle_of_an_interrupted_run_is_found_again():
    cycle = make_signed_deliberation(["good", "poor"]).cycle
    job = run(order(cycle))
    documents = list(IssuedDocument.objects.order_by("number"))

    again = services.bundle_documents(
        documents,
        [Format.PDF],
        Delivery.ZIP,
        cycle=cycle,
        actor=job.requested_by,
        at=AT + timedelta(hours=3),
    )

    assert again == job.result
    assert StoredFile.objects.filter(kind=services.BUNDLE_FILE).count() == 1
