"""Templates: edited within limits, kept as versions, compared, restored, previewed; never mark-up."""

from dataclasses import replace

import pytest
from django.urls import reverse

from apps.common.errors import StaleVersion
from apps.documents.selectors import file_bytes
from apps.official_documents import errors, services
from apps.official_documents.kit.kinds import kind_for
from apps.official_documents.models import DocumentTemplate
from apps.official_documents.selectors.comparison import compare_versions
from apps.official_documents.selectors.previews import preview_pdf, samples_of
from apps.official_documents.selectors.templates import template_of, version_in_use
from tests.factories.grading import AT, make_signed_deliberation
from tests.factories.official_documents import LETTER, issue_letters
from tests.factories.scoring import make_clerk
from tests.official_documents.test_issuing import text_of

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
HOSTILE = '<b>甲</b>&lt;<para fontSize="99">{姓名}</para>%(x)s{{ "{" }}'.replace('{{ "{" }}', "")


@pytest.fixture
def cycle():
    return make_signed_deliberation(["good"]).cycle


@pytest.fixture
def kind():
    return kind_for(LETTER)


def save(kind, cycle, *, version=None, only_cycle=False, **changes):
    template = replace(kind.template, **changes)
    return services.save_template(
        kind,
        cycle.host,
        template,
        cycle=cycle if only_cycle else None,
        version=version,
        actor=make_clerk(cycle),
        at=AT,
    )


def test_documents_are_made_by_the_newest_version_of_their_cycle(kind, cycle):
    save(kind, cycle, number="组反馈〔{年}〕{号}号")
    newest = save(
        kind,
        cycle,
        number="甲字〔{年}〕{号}号",
        only_cycle=True,
        copies_to="区委办公室",
        printer="组织部办公室",
    )

    [letter] = issue_letters(cycle)

    assert (letter.template_version, letter.number_text) == (newest, "甲字〔2026〕1号")
    assert "抄送：区委办公室。" in text_of(letter.pdf)


def test_what_was_issued_keeps_the_wording_it_was_issued_with(kind, cycle):
    [letter] = issue_letters(cycle)
    save(kind, cycle, passages={"opening": "新的开头。"})

    services.add_formats(letter, kind.formats, actor=None, at=AT)

    letter.refresh_from_db()
    assert letter.docx is not None
    assert "新的开头" not in text_of(letter.pdf)


def test_unknown_field_is_refused_in_words(kind, cycle):
    with pytest.raises(errors.WordingRefused) as refusal:
        save(kind, cycle, passages={"opening": "请{性名}同志查收"})

    assert "没有名为“性名”的字段" in refusal.value.message
    assert not DocumentTemplate.objects.exists()


@pytest.mark.parametrize("number", ["〔{年}〕号", "第{号}号", "〔{姓名}〕{号}号"])
def test_number_needs_year_and_number_and_nothing_else(kind, cycle, number):
    with pytest.raises(errors.WordingRefused):
        save(kind, cycle, number=number)


def test_words_are_never_read_as_markup(kind, cycle):
    save(kind, cycle, passages={"opening": HOSTILE})

    [letter] = issue_letters(cycle)

    assert '<b>甲</b>&lt;<parafontSize="99">' in text_of(letter.pdf)


def test_versions_are_compared_and_restored_and_none_is_lost(kind, cycle):
    first = save(kind, cycle, secrecy="内部")
    second = save(kind, cycle, secrecy="秘密", printer="办公室")

    restored = services.restore_template(first, actor=make_clerk(cycle), at=AT)

    changes = {
        one.label: "".join(piece.text for piece in one.pieces if piece.kind != "removed")
        for one in compare_versions(kind, first, second)
    }
    assert changes == {"密级": "秘密", "印发机关": "办公室"}
    assert (restored.version_no, restored.restored_from, restored.content) == (3, 1, first.content)
    assert template_of(kind, version_in_use(kind, cycle)).secrecy == "内部"


def test_same_again_and_stale_are_refused(kind, cycle):
    saved = save(kind, cycle, secrecy="内部")
    version = saved.template.version

    with pytest.raises(errors.NothingEdited):
        save(kind, cycle, secrecy="内部")
    with pytest.raises(StaleVersion):
        save(kind, cycle, secrecy="秘密", version=version + 5)


def test_preview_shows_real_and_invented_data(kind, cycle):
    keys = {label: key for key, label in samples_of(kind, cycle.host, None)}
    reviewee = cycle.reviewees.get()

    invented = preview_pdf(kind, cycle.host, None, kind.template, "")
    real = preview_pdf(kind, cycle.host, None, kind.template, keys[f"2026年 {reviewee}"])

    assert invented.startswith(b"%PDF")
    assert real != invented


def test_page_saves_previews_and_keeps_what_was_typed(client, kind, cycle):
    client.force_login(make_clerk(cycle), backend=BACKEND)
    query = f"?host={cycle.host_id}"
    url = reverse("official_documents:template_edit", args=[LETTER]) + query
    form = client.get(url).context["form"]
    typed = {
        name: form.initial.get(name) for name in form.fields if form.initial.get(name) not in (None, False)
    }

    wrong = client.post(url, {**typed, "passage-opening": "请{性名}查收"}).content.decode()
    pictures = client.post(
        reverse("official_documents:template_preview", args=[LETTER]) + query, {**typed, "sample": ""}
    ).content.decode()
    saved = client.post(
        url, {**typed, "passage-opening": "现将考核结果反馈如下。"}, follow=True
    ).content.decode()
    listed = client.get(reverse("official_documents:template_list")).content.decode()

    assert "没有名为“性名”的字段" in wrong
    assert "请{性名}查收" in wrong
    assert 'src="data:image/png;base64,' in pictures
    assert "已保存为第 1 版" in saved
    assert "第 1 版" in listed
    [letter] = issue_letters(cycle)
    assert "现将考核结果反馈如下" in file_text(letter)


def file_text(letter):
    assert file_bytes(letter.pdf)
    return text_of(letter.pdf)
