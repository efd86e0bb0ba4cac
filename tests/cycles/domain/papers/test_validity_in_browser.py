"""The rules in the browser's JavaScript give the same results and the same sentences as in Python."""

import gzip
import re

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from apps.cycles.domain.papers.templates import describe_template
from apps.cycles.domain.papers.validity import judge_marks, words
from config.launcher.project import this_project
from tests.cycles.domain.papers.ballots import ballots, crowded_templates
from tests.cycles.domain.papers.examples import as_json, load_examples

SCRIPT = this_project().root / "static/evaluations/validity.js"
N_RANDOM = 300
JUDGE_ALL = """cases => cases.map(one => {
  const judgement = SPKValidity.judge(one.template, one.answers, one.subjects);
  const words = judgement.violations.map(each => SPKValidity.words(one.template, each, one.names));
  judgement.void_subjects.sort();
  judgement.void_items.sort();
  return {judgement, words};
})"""


@pytest.fixture
def judge_in_browser(page):
    page.goto("about:blank")
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    return lambda cases: page.evaluate(JUDGE_ALL, cases)


def random_cases():
    """Return the same random ballots in every run."""
    cases = []

    @seed(20240607)
    @settings(
        max_examples=N_RANDOM,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(ballots(crowded_templates))
    def collect(ballot):
        cases.append(ballot)

    collect()
    return cases


@pytest.mark.browser
def test_worked_examples(judge_in_browser):
    examples = load_examples()

    results = judge_in_browser(
        [
            {"template": one.described, "answers": one.answers, "subjects": one.subjects, "names": one.names}
            for one in examples
        ]
    )

    for example, result in zip(examples, results, strict=True):
        judgement = result["judgement"]
        found = [(one["rule_no"], one["subject"], one["item"]) for one in judgement["violations"]]
        assert found == example.breaches, example.name
        assert judgement["is_void"] == example.is_void, example.name
        assert judgement["void_subjects"] == example.void_subjects, example.name
        assert judgement["void_items"] == example.void_items, example.name
        assert example.words in {None, *result["words"][:1]}, example.name


@pytest.mark.browser
def test_random_ballots_are_judged_as_in_python(judge_in_browser):
    cases = random_cases()
    names = {str(no): f"张{no}" for no in range(11, 16)}
    judgements = [judge_marks(template, answers, subjects=people) for template, answers, people in cases]

    results = judge_in_browser(
        [
            {"template": describe_template(template), "answers": answers, "subjects": people, "names": names}
            for template, answers, people in cases
        ]
    )

    assert len(cases) >= N_RANDOM
    for (template, _, _), judgement, result in zip(cases, judgements, results, strict=True):
        sentences = [words(template, one, names) for one in judgement.violations]
        assert result == {"judgement": as_json(judgement), "words": sentences}
    kinds = {one.kind for judgement in judgements for one in judgement.violations}
    assert len(kinds) == 9
    assert 30 < sum(judgement.is_void for judgement in judgements) < N_RANDOM - 30


@pytest.mark.browser
def test_names_of_javascript_are_no_answers(judge_in_browser):
    example = next(one for one in load_examples() if one.name == "a person left out altogether")
    described = example.described | {
        "items": [{**item, "key": "constructor"} for item in example.described["items"][:1]]
    }

    (result,) = judge_in_browser(
        [{"template": described, "answers": {"1": {}, "2": {}}, "subjects": ["1", "2"], "names": {}}]
    )

    assert [one["item"] for one in result["judgement"]["violations"]] == ["constructor", "constructor"]


def test_script_has_no_newer_syntax_and_is_small():
    text = SCRIPT.read_text(encoding="utf-8")
    code = re.sub(r'"(?:[^"\\\n]|\\.)*"|/\*.*?\*/', '""', text, flags=re.DOTALL)

    assert (
        re.findall(r"\?\?|\?\.|\.\.\.|=>|\b(?:const|let|class|async|flat|flatMap|fromEntries|BigInt)\b", code)
        == []
    )
    assert "parseFloat" not in code
    assert len(gzip.compress(text.encode(), 9)) < 4_500
