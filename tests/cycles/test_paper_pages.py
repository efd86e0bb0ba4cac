"""Pages of evaluation forms: the list, a new one, the designer without JavaScript, revisions, the frozen form."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from apps.cycles import services
from apps.cycles.domain.papers.presets import PRESETS, STANDARD
from apps.cycles.domain.papers.sentences import rule_sentence
from apps.cycles.domain.papers.templates import ItemKind, RuleKind
from apps.cycles.forms.paper_acts import apply_act
from apps.cycles.forms.paper_editor import PaperEditor, data_of
from apps.cycles.models import PaperRevision, SchemePaper
from apps.cycles.views.paper_previews import preview_of
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_paper
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def draft():
    return make_cycle(stage="draft")


@pytest.fixture
def paper(draft):
    return draft.scheme.papers.get()


@pytest.fixture
def clerk(draft):
    return make_user("clerk", draft.host)


@pytest.fixture
def web(client, clerk):
    client.force_login(clerk, backend=BACKEND)
    return client


def url_of(paper, tail=""):
    return f"/cycles/{paper.scheme.cycle_id}/papers/{paper.pk}/{tail}"


def sent(paper, **changes):
    """What a browser would send for the page as it is shown, with changes (underscores twice for dashes)."""
    data = data_of(paper.template, name=paper.name, version=paper.version)
    for name, value in changes.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [str(value)])
    return {name: data.getlist(name) for name in data}


def told(answer):
    return [str(message) for message in answer.context["messages"]]


# saving


@pytest.mark.parametrize("key", PRESETS)
def test_saving_a_preset_unchanged_keeps_it_to_the_letter(web, draft, key):
    paper = make_paper(draft.scheme, name="甲", template=PRESETS[key].template)
    shown = PaperEditor(web.get(url_of(paper)).context["editor"].data)

    answer = web.post(url_of(paper), sent(paper))

    assert shown.problems() == []
    assert (answer.status_code, SchemePaper.objects.get(pk=paper.pk).template) == (302, PRESETS[key].template)
    assert PaperRevision.objects.count() == 0


def test_saving_changes_the_form_and_keeps_the_former_one(web, paper, clerk):
    changes = {
        "head__title": "新标题", "head__must_read_seconds": "１５", "head__notes": "请先看",
        "item__duty__text": "第一责任", "item__duty__weight": "４０.5", "item__duty__is_required": "on",
    }  # fmt: skip

    answer = web.post(url_of(paper), sent(paper, **changes), follow=True)

    saved = SchemePaper.objects.get(pk=paper.pk)
    assert told(answer) == ["“测评表”已保存。"]
    assert (saved.version, saved.template.title, saved.template.must_read_seconds) == (2, "新标题", 15)
    assert saved.template.items[0] == replace(
        STANDARD.items[0], text="第一责任", weight=Decimal("40.5"), is_required=True
    )
    assert PaperRevision.objects.get().saved_by == clerk


def test_what_is_wrong_is_told_in_place_and_everything_typed_stays(web, paper):
    answer = web.post(url_of(paper), sent(paper, item__duty__weight="三十", head__title="我的标题"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert ('value="三十"' in page, 'value="我的标题"' in page, 'data-changed="1"' in page) == (
        True,
        True,
        True,
    )
    assert "第1项“权重”：" in page
    assert SchemePaper.objects.get().version == 1


def test_half_a_band_and_an_empty_range_are_told(web, draft):
    paper = make_paper(draft.scheme, name="甲", template=PRESETS["banded_scores"].template)
    key, scale = paper.template.items[0].key, paper.template.scales[0]
    low = f"option-{scale.key}-{scale.options[0].key}-low"

    answer = web.post(url_of(paper), sent(paper) | {low: [""], f"item-{key}-maximum": ["0"]})

    page = answer.content.decode()
    assert "分数段要填两头，或者都不填。" in page
    assert "最高分应大于最低分。" in page


def test_conflict_keeps_what_was_typed_and_the_second_try_saves(web, paper, clerk):
    data = sent(paper, head__title="我的")
    other = replace(STANDARD, title="别人的")
    services.set_paper(
        paper.scheme.cycle_id, paper_id=paper.pk, name="测评表", template=other, actor=clerk, at=AT
    )

    refused = web.post(url_of(paper), data)
    page = refused.content.decode()
    version = refused.context["editor"].data["head-version"]
    saved = web.post(url_of(paper), data | {"head-version": [version]})

    assert (refused.status_code, "别人保存过这张测评表" in page, 'value="我的"' in page) == (422, True, True)
    assert (saved.status_code, SchemePaper.objects.get().template.title) == (302, "我的")
    assert PaperRevision.objects.get(version=2).template == other


def test_name_of_another_form_is_refused_and_kept_on_the_page(web, draft, paper):
    make_paper(draft.scheme, name="乙")

    answer = web.post(url_of(paper), sent(paper, head__name="乙"))

    assert "已经有一张测评表叫“乙”" in answer.content.decode()
    assert (answer.status_code, SchemePaper.objects.get(pk=paper.pk).name) == (422, "测评表")


# the row buttons, without JavaScript


def test_button_adds_an_item_and_stores_nothing(web, paper):
    answer = web.post(url_of(paper), sent(paper, act="item-add:number", head__title="没存的标题"))

    editor = answer.context["editor"]
    assert [form.key for form in editor.items] == ["duty", "tasks", "problems", "overall", "q1"]
    assert editor.items[-1].item().kind is ItemKind.NUMBER
    assert 'value="没存的标题"' in answer.content.decode()
    assert SchemePaper.objects.get().template == STANDARD


def act_on(template, *acts):
    data = data_of(template, name="甲", version=1)
    touched = [apply_act(data, act) for act in acts]
    return PaperEditor(data), touched[-1]


def test_items_move_double_and_go():
    up, _ = act_on(STANDARD, "item-up:tasks", "item-up:tasks")
    down, touched = act_on(STANDARD, "item-down:overall")
    doubled, new = act_on(STANDARD, "item-copy:overall")
    gone, _ = act_on(STANDARD, "item-drop:duty")

    assert [item.key for item in up.template().items] == ["tasks", "duty", "problems", "overall"]
    assert ([item.key for item in down.template().items][-1], touched) == ("overall", "item:overall")
    assert new == "item:q1"
    assert replace(doubled.template().items[4], key="overall") == STANDARD.items[3]
    assert [item.key for item in gone.template().items] == ["tasks", "problems", "overall"]


def test_new_row_under_the_key_of_a_removed_one_starts_empty():
    editor, _ = act_on(STANDARD, "item-copy:duty", "item-drop:q1", "item-add:text")

    item = editor.template().items[-1]
    assert (item.key, item.text, item.kind, item.hint) == ("q1", "", ItemKind.TEXT, "")


def test_first_graded_item_brings_the_usual_scale():
    editor, _ = act_on(replace(STANDARD, items=(), scales=()), "item-add:grade", "item-add:yes_no")

    template = editor.template()
    assert [option.label for option in template.options_of(template.items[0])] == ["好", "较好", "一般", "差"]
    assert [option.label for option in template.options_of(template.items[1])] == ["是", "否"]


def test_scales_and_options_are_added_moved_and_removed():
    editor, _ = act_on(
        STANDARD,
        "scale-add:",
        "option-add:s1",
        "option-up:s1.o4",
        "option-drop:s1.o1",
        "option-down:grades.good",
    )
    gone, _ = act_on(STANDARD, "scale-drop:grades")

    grades, added = editor.template().scales
    assert [option.key for option in grades.options] == ["fairly_good", "good", "average", "poor"]
    assert [option.key for option in added.options] == ["o2", "o4", "o3"]
    assert gone.template().scales == ()


@pytest.mark.parametrize("kind", list(RuleKind))
def test_rule_of_every_kind_can_be_added_and_saved(web, paper, kind):
    data = data_of(paper.template, name=paper.name, version=1)
    apply_act(data, f"rule-add:{kind.value}")

    answer = web.post(url_of(paper), {name: data.getlist(name) for name in data})

    (rule,) = SchemePaper.objects.get().template.rules
    assert (answer.status_code, rule.kind, dict(rule.params)) == (302, kind, {})


def test_new_rule_names_the_overall_item_and_the_ranks():
    items = (
        replace(STANDARD.items[0], is_overall=True),
        replace(STANDARD.items[1], kind=ItemKind.RANK, scale=""),
    )
    editor, _ = act_on(
        replace(STANDARD, items=items), "rule-add:overall_floor", "rule-add:rank_complete", "rule-add:blank"
    )

    assert [rule.params for rule in editor.template().rules] == [{"overall": "duty"}, {"item": "tasks"}, {}]


def test_rule_is_written_as_a_sentence(web, paper):
    data = data_of(paper.template, name=paper.name, version=1)
    apply_act(data, "rule-add:count_limit")
    data.update({"rule-r1-item": "overall", "rule-r1-max_share": "３０"})
    data.setlist("rule-r1-answers", ["good"])

    web.post(url_of(paper), {name: data.getlist(name) for name in data})

    template = SchemePaper.objects.get().template
    assert template.rules[0].params == {"item": "overall", "answers": ["good"], "max_share": "30"}
    assert rule_sentence(template, template.rules[0]) == (
        "“总体评价”评为“好”的人不超过30%；不符的，整张票无效。"
    )


@pytest.mark.parametrize(
    "act",
    [
        "item-up:nobody",
        "item-fly:duty",
        "option-drop:grades.none",
        "rule-add:none",
        "x",
        "scale-up:",
        "up:duty",
    ],
)
def test_button_that_names_nothing_changes_nothing(act):
    editor, touched = act_on(STANDARD, act)

    assert editor.template() == STANDARD
    assert touched in {"", "item:duty"}


def test_rows_beyond_the_limit_and_odd_keys_are_left_out():
    data = QueryDict(mutable=True)
    data.setlist("item", ["../x", "a" * 21, "A"] + [f"q{n}" for n in range(60)])

    editor = PaperEditor(data)

    assert len(editor.items) == 40
    assert editor.items[0].key == "q0"


# preview


def test_preview_shows_what_is_typed_and_stores_nothing(web, paper):
    data = sent(paper, head__title="预览标题", item__duty__text="", item__tasks__weight="x")

    part = web.post(url_of(paper, "preview/"), data, headers={"HX-Request": "true"}).content.decode()
    page = web.post(url_of(paper, "preview/"), data).content.decode()

    assert ("<html" in part, "<html" in page) == (False, True)
    assert part.count("<h3>预览标题</h3>") == 2
    assert part.count("张某某") == 3
    assert "第2项“权重”：" in part
    assert "启动前还要补上" in part
    assert SchemePaper.objects.get().template == STANDARD


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_can_be_previewed(web, draft, key):
    paper = make_paper(draft.scheme, name="甲", template=PRESETS[key].template)

    part = web.post(url_of(paper, "preview/"), sent(paper), headers={"HX-Request": "true"}).content.decode()

    assert "这张表齐了" in part
    assert all(item.text in part for item in paper.template.items)


# list and new


def test_list_tells_what_is_scored_and_what_is_missing(web, draft, paper):
    make_paper(draft.scheme, name="空表", template=replace(STANDARD, items=()))
    draft.scheme.components.update(paper=paper)

    page = web.get(f"/cycles/{draft.pk}/papers/").content.decode()

    assert "计入得分：现场测评 100%" in page
    assert "还没有测评项目，请至少添加一项。" in page


@pytest.mark.parametrize("n", [0, 2])
def test_paper_list_costs_the_same_queries(web, draft, n):
    for k in range(n):
        make_paper(draft.scheme, name=f"表{k}")

    assert count_queries(web, f"/cycles/{draft.pk}/papers/") == 7


@pytest.mark.parametrize("n", [1, 3])
def test_source_list_costs_the_same_queries(web, draft, n):
    for year in range(n):
        make_cycle(host=draft.host, year=2020 + year)

    assert count_queries(web, f"/cycles/{draft.pk}/papers/sources/") == 8


def count_queries(web, url):
    web.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert web.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("key", PRESETS)
def test_new_form_from_every_preset(web, draft, key):
    answer = web.post(f"/cycles/{draft.pk}/papers/new/", {"preset": key})

    added = draft.scheme.papers.last()
    assert answer.url == url_of(added)
    assert (added.name, added.preset, added.template) == (
        PRESETS[key].label,
        key,
        PRESETS[key].template,
    )


def test_new_page_offers_every_preset_with_a_picture(web, draft):
    page = web.get(f"/cycles/{draft.pk}/papers/new/").content.decode()

    assert [preset.label in page for preset in PRESETS.values()] == [True] * len(PRESETS)
    assert page.count('<fieldset class="thumb" disabled') == len(PRESETS)


def test_blank_form_has_no_items(web, draft):
    web.post(f"/cycles/{draft.pk}/papers/new/", {"preset": "blank"})

    assert draft.scheme.papers.last().template.items == ()


def test_form_of_last_year_is_copied_with_all_it_holds(web, draft):
    old = make_cycle(host=draft.host, year=2025, stage="draft")
    source = make_paper(old.scheme, name="去年的表", template=PRESETS["banded_scores"].template)

    listed = web.get(f"/cycles/{draft.pk}/papers/sources/?q=去年的表").context["page"]
    web.post(f"/cycles/{draft.pk}/papers/new/", {"source": source.pk})

    added = draft.scheme.papers.last()
    assert [row.pk for row in listed] == [source.pk]
    assert (added.name, added.template) == ("去年的表", source.template)


def test_form_out_of_sight_cannot_be_copied(web, draft):
    foreign = make_cycle(host=make_organization()).scheme.papers.get()

    answer = web.post(f"/cycles/{draft.pk}/papers/new/", {"source": foreign.pk})

    assert (answer.status_code, draft.scheme.papers.count()) == (404, 1)


def test_sixth_form_is_refused_in_words(web, draft):
    for n in range(4):
        make_paper(draft.scheme, name=f"表{n}")

    answer = web.post(f"/cycles/{draft.pk}/papers/new/", {"preset": "blank"}, follow=True)

    assert told(answer) == ["一个方案最多5张测评表，没有新增。请先删去不用的表。"]


def test_buttons_move_and_remove(web, draft, paper):
    second = make_paper(draft.scheme, name="乙")

    web.post(url_of(second, "move/"))
    order = list(draft.scheme.papers.values_list("name", flat=True))
    web.post(url_of(second, "remove/"))

    assert (order, draft.scheme.papers.get()) == (["乙", "测评表"], paper)


def test_removing_a_scored_form_is_told_in_words(web, draft, paper):
    draft.scheme.components.update(paper=paper)

    answer = web.post(url_of(paper, "remove/"), follow=True)

    assert "取自“测评表”，没有删除" in told(answer)[0]


# revisions


def test_revision_is_shown_and_restored(web, paper, clerk):
    other = replace(STANDARD, title="改过的")
    services.set_paper(
        paper.scheme.cycle_id, paper_id=paper.pk, name="新", template=other, actor=clerk, at=AT
    )

    page = web.get(url_of(paper, "revisions/1/")).content.decode()
    answer = web.post(url_of(paper, "revisions/1/restore/"), follow=True)

    assert "述职评议测评表" in page
    assert "已恢复为第1版的内容" in told(answer)[0]
    assert SchemePaper.objects.get().template == STANDARD
    assert web.post(url_of(paper, "revisions/9/restore/")).status_code == 404


# frozen


@pytest.fixture
def frozen(draft):
    return make_cycle(host=draft.host, year=2025, stage="archived").scheme.papers.get()


def test_frozen_form_is_for_reading_and_offers_to_be_copied(web, draft, frozen):
    answer = web.get(url_of(frozen))

    page = answer.content.decode()
    assert "已冻结，只能查看" in page
    assert f"复制到“{draft.title}”" in page
    assert 'id="paper-form"' not in page


@pytest.mark.parametrize("act", ["save", "item-add:grade"])
def test_frozen_form_cannot_be_saved_and_what_was_typed_stays(web, frozen, act):
    answer = web.post(url_of(frozen), sent(frozen, head__title="改", act=act))

    assert 'value="改"' in answer.content.decode()
    assert SchemePaper.objects.get(pk=frozen.pk).template == STANDARD
    if act == "save":
        assert "已经启动" in answer.content.decode()


def test_new_form_for_an_opened_cycle_leads_back(web, frozen):
    cycle_id = frozen.scheme.cycle_id

    assert web.get(f"/cycles/{cycle_id}/papers/new/").url == f"/cycles/{cycle_id}/papers/"
    assert (
        "已经启动" in told(web.post(f"/cycles/{cycle_id}/papers/new/", {"preset": "blank"}, follow=True))[0]
    )


def test_form_of_another_cycle_is_not_found_under_this_one(web, draft, frozen):
    assert web.get(f"/cycles/{draft.pk}/papers/{frozen.pk}/").status_code == 404


def test_leader_reads_a_draft_form_but_cannot_change_it(client, draft, paper):
    client.force_login(make_user("leader", draft.host), backend=BACKEND)

    page = client.get(url_of(paper)).content.decode()

    assert ('id="paper-form"' in page, "述职评议测评表" in page) == (False, True)
    assert client.post(url_of(paper), sent(paper)).status_code == 403


def test_example_of_a_preview_uses_the_options_of_its_own_form():
    def labels(preset):
        return [option.label for option in preview_of(PRESETS[preset].template).example]

    assert labels("standard") == ["好", "较好", "一般", "差"]
    assert labels("banded_scores") == ["优秀", "合格", "基本合格", "不合格"]
    assert labels("ranking") == []
