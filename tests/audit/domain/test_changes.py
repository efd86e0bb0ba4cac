from apps.audit.domain.changes import Change, split_details


def test_before_and_after_become_a_table_and_the_rest_stays():
    assert split_details(
        {"before": {"name": "甲", "code": "1"}, "after": {"name": "乙", "field": "rural"}, "n": 3}
    ) == (
        [Change("name", "甲", "乙"), Change("code", "1", None), Change("field", None, "rural")],
        {"n": 3},
    )


def test_single_values_and_pairs_are_understood():
    assert split_details({"before": "甲"}) == ([Change("", "甲", None)], {})
    assert split_details({"before": "甲", "after": "乙"}) == ([Change("", "甲", "乙")], {})
    assert split_details({"changes": {"name": ["甲", "乙"]}}) == ([Change("name", "甲", "乙")], {})


def test_what_is_no_pair_stays_as_it_is():
    details = {"changes": {"名称": "从甲改为乙"}}

    assert split_details(details) == ([], details)
    assert split_details({}) == ([], {})
