"""Pages of official documents."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from apps.cycles.domain.grades import Grade
from apps.documents.models import Job
from apps.documents.selectors import file_bytes
from apps.documents.services import run_job
from apps.official_documents import services
from apps.official_documents.models import IssuedDocument
from tests.factories.accounts import make_user
from tests.factories.grading import (
    AT,
    decide_all,
    make_deliberation,
    make_reconsideration,
    make_signed_deliberation,
)
from tests.factories.official_documents import LETTER, issue_letters
from tests.factories.scoring import make_clerk

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
LIST = "official_documents:document_list"
MY = "official_documents:my_feedback"
VERIFY = "official_documents:verify"
ORDER = {"kinds": [LETTER], "which": "missing", "formats": ["pdf"], "delivery": "zip"}


@pytest.fixture
def sign_in(client):
    def enter(user):
        client.force_login(user, backend=BACKEND)
        return client

    return enter


def url_of(name, document, *more):
    return reverse(f"official_documents:{name}", args=[document.pk, *more])


def own_user(letter):
    return make_user("secretary", secretary=letter.reviewee.secretary)


def test_order_page_makes_a_batch_and_shows_it(sign_in):
    cycle = make_signed_deliberation().cycle
    client = sign_in(make_clerk(cycle))
    url = f"{reverse('official_documents:order')}?cycle={cycle.pk}"

    page = client.get(url).content.decode()
    answer = client.post(url, ORDER)
    job = Job.objects.get(kind=services.DOCUMENTS_JOB)
    run_job(job.pk)
    batch = client.get(answer.url).content.decode()
    listed = client.get(reverse(LIST)).content.decode()

    assert "反馈意见书（每人一份）" in page
    assert answer.url == reverse("official_documents:batch_detail", args=[job.pk])
    assert "2/2（100%）" in batch
    assert batch.count("〔2026〕") == 2
    assert listed.count("〔2026〕") == 2
    assert listed.count("未查收") >= 2


def test_list_filters_by_the_grade_that_counts(sign_in, django_assert_max_num_queries):
    deliberation = make_signed_deliberation(["good", "fairly_good", "fairly_good"])
    issue_letters(deliberation.cycle)
    raised, kept = deliberation.decisions.filter(overall_grade="fairly_good")
    make_reconsideration(raised, Grade.GOOD)
    client = sign_in(make_clerk(deliberation.cycle))
    client.get(reverse(LIST))

    with django_assert_max_num_queries(12):
        fairly_good = client.get(reverse(LIST), {"grade": "fairly_good"}).context["page"]
    good = client.get(reverse(LIST), {"grade": "good"}).context["page"]

    assert [one.reviewee_id for one in fairly_good] == [kept.reviewee_id]
    assert {one.reviewee_id for one in good} == {
        raised.reviewee_id, deliberation.decisions.get(overall_grade="good").reviewee_id,
    }  # fmt: skip


def test_order_page_says_why_a_kind_cannot_be_issued(sign_in):
    cycle = make_deliberation().cycle

    page = (
        sign_in(make_clerk(cycle))
        .get(f"{reverse('official_documents:order')}?cycle={cycle.pk}")
        .content.decode()
    )

    assert "的等次还没有签发，不能出具反馈意见书" in page


def test_second_batch_is_told_that_nothing_is_left(sign_in):
    cycle = make_signed_deliberation().cycle
    issue_letters(cycle)

    url = f"{reverse('official_documents:order')}?cycle={cycle.pk}"
    page = sign_in(make_clerk(cycle)).post(url, ORDER).content.decode()

    assert "所选的文书都已出具，而且仍然有效" in page


def test_secretary_takes_the_own_letter(sign_in):
    own, other = issue_letters(make_signed_deliberation(["good", "poor"]).cycle)
    client = sign_in(own_user(own))

    before = client.get(reverse(MY)).content.decode()
    answer = client.post(url_of("document_download", own, "pdf"))
    file = client.get(answer.url)
    after = client.get(reverse(MY)).content.decode()
    foreign = client.post(url_of("document_download", other, "pdf"))

    assert "查收并下载反馈意见书" in before
    assert file.content.startswith(b"%PDF")
    assert "已查收" in after
    assert foreign.status_code == 404


def test_secretary_sees_neither_others_nor_who_downloaded(sign_in):
    own, other = issue_letters(make_signed_deliberation(["good", "poor"]).cycle)
    client = sign_in(own_user(own))

    page = client.get(url_of("document_detail", own)).content.decode()

    assert "谁下载过" not in page
    assert "作废原因" not in page
    assert client.get(url_of("document_detail", other)).status_code == 404
    assert client.get(reverse(LIST)).status_code == 403


def test_secretary_sees_nothing_before_sign_off(sign_in):
    reviewee = decide_all(make_deliberation(["good"])).cycle.reviewees.get()

    page = sign_in(make_user("secretary", secretary=reviewee.secretary)).get(reverse(MY))

    assert "还没有反馈" in page.content.decode()


def test_own_page_keeps_to_what_the_letters_tell(sign_in):
    from dataclasses import replace

    from apps.official_documents.kit.kinds import kind_for

    cycle = make_signed_deliberation(["good"], n_votes=(6, 7), rules={"good_quota": 100}).cycle
    kind = kind_for(LETTER)
    silent = replace(kind.template, switches={"score": False, "rank": False, "strengths": True})
    [letter] = issue_letters(cycle)
    client = sign_in(own_user(letter))

    open_page = client.get(reverse(MY)).content.decode()
    services.save_template(kind, cycle.host, silent, actor=make_clerk(cycle), at=AT)
    silent_page = client.get(reverse(MY)).content.decode()

    assert ("总分（满分 100）" in open_page, "第 1 名" in open_page) == (True, True)
    assert ("总分（满分 100）" in silent_page, "第 1 名" in silent_page) == (False, False)


def test_document_page_tells_who_downloaded_and_what_replaced_it(sign_in):
    cycle = make_signed_deliberation(["good"]).cycle
    issue_letters(cycle)
    first, second = issue_letters(cycle, again=True)
    clerk = make_clerk(cycle)
    client = sign_in(clerk)

    client.get(client.post(url_of("document_download", first, "pdf")).url)
    page = client.get(url_of("document_detail", first)).content.decode()

    assert "这一份已被第 2 次出具的替换" in page
    assert f"{clerk.display_name}（{clerk.username}）" in page
    assert first.pdf.sha256 in page
    assert first.shown_code in page
    assert url_of("document_detail", second) in page


def test_reissue_complete_and_revoke_from_the_page(sign_in):
    cycle = make_signed_deliberation(["good"]).cycle
    [letter] = issue_letters(cycle)
    client = sign_in(make_clerk(cycle))

    client.post(url_of("document_complete", letter))
    run_job(Job.objects.get(state="queued").pk)
    letter.refresh_from_db()
    wrong = client.post(url_of("document_revoke", letter), {"reason": ""}).content.decode()
    client.post(url_of("document_revoke", letter), {"reason": "文号有误"})
    letter.refresh_from_db()

    assert letter.docx is not None
    assert "请填写“作废原因”" in wrong
    assert letter.state.value == "revoked"
    client.post(url_of("document_reissue", letter))
    run_job(Job.objects.get(state="queued").pk)
    assert IssuedDocument.objects.latest("issue_no").issue_no == 2


def verdict(client, **data):
    return client.post(reverse(VERIFY), data).content.decode()


def test_visitor_learns_what_a_code_is_worth_and_nothing_else(client):
    cycle = make_signed_deliberation(["good"]).cycle
    [letter] = issue_letters(cycle)

    page = verdict(client, code=letter.shown_code.lower())

    assert "真实有效" in page
    for secret in (letter.reviewee.name, letter.reviewee.organization_name, letter.number_text, letter.title):
        assert secret not in page
    assert url_of("document_detail", letter) not in page


def test_replaced_revoked_unknown_and_mistyped(client):
    cycle = make_signed_deliberation(["good", "poor"]).cycle
    issue_letters(cycle)
    one, _, two, _ = issue_letters(cycle, again=True)
    services.revoke_document(
        IssuedDocument.objects.get(reviewee=two.reviewee, issue_no=2).pk,
        reason="有误",
        actor=make_clerk(cycle),
        at=AT,
    )

    assert "已被第 2 次出具的替换" in verdict(client, code=one.shown_code)
    revoked = IssuedDocument.objects.get(reviewee=two.reviewee, issue_no=2)
    assert "已作废" in verdict(client, code=revoked.shown_code)
    assert "查无此件" in verdict(client, code="0000-0000-0000")
    assert "这不是一个完整的核验码" in verdict(client, code=one.shown_code[:-1])
    assert "请输入核验码，或者选择一个文件" in verdict(client, code="")


def test_file_is_compared_byte_for_byte(client):
    [letter] = issue_letters(make_signed_deliberation(["good"]).cycle)
    content = file_bytes(letter.pdf)

    same = verdict(client, file=SimpleUploadedFile("a.pdf", content))
    other = verdict(client, file=SimpleUploadedFile("<b>.pdf", content + b" "))

    assert "与本系统出具的逐字节相同" in same
    assert letter.pdf.sha256 in same
    assert "查无此件" in other
    assert "<b>.pdf" not in other


def test_staff_who_see_the_document_get_the_link(sign_in):
    cycle = make_signed_deliberation(["good"]).cycle
    [letter] = issue_letters(cycle)

    own = verdict(sign_in(make_clerk(cycle)), code=letter.code)
    foreign = verdict(sign_in(make_user("clerk")), code=letter.code)

    assert url_of("document_detail", letter) in own
    assert url_of("document_detail", letter) not in foreign


def test_list_exports_what_it_shows(sign_in):
    cycle = make_signed_deliberation(["good", "poor"]).cycle
    issue_letters(cycle)

    answer = sign_in(make_clerk(cycle)).get(reverse(LIST), {"export": "xlsx", "state": "unread"})

    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[-2:]] == ["反馈意见书", "反馈意见书"]


@pytest.mark.parametrize("n", [1, 3])
def test_list_costs_the_same_for_one_and_three(sign_in, django_assert_max_num_queries, n):
    cycle = make_signed_deliberation(["good"] * n, rules={"good_quota": 100}).cycle
    issue_letters(cycle)
    client = sign_in(make_clerk(cycle))
    client.get(reverse(LIST))

    with django_assert_max_num_queries(8):
        client.get(reverse(LIST))


@pytest.mark.parametrize("n", [1, 3])
def test_own_page_costs_the_same_for_one_and_three_documents(sign_in, django_assert_max_num_queries, n):
    cycle = make_signed_deliberation(["good"]).cycle
    for _ in range(n):
        letters = issue_letters(cycle, again=True)
    client = sign_in(own_user(letters[0]))
    client.get(reverse(MY))

    with django_assert_max_num_queries(14):
        client.get(reverse(MY))
