from hypothesis import given
from hypothesis import strategies as st

from apps.common.domain.sort_keys import (
    LIMIT,
    pinyin_initials,
    pinyin_key,
    pinyin_syllables,
    stroke_key,
    stroke_rank,
)

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=80)


def test_names_sort_by_pinyin():
    names = ["张伟", "曾国强", "先进", "西安", "李明", "李", "单雄信"]

    assert sorted(names, key=lambda name: pinyin_key(name, is_person=True)) == [
        "李", "李明", "单雄信", "西安", "先进", "曾国强", "张伟",
    ]  # fmt: skip


def test_names_sort_by_strokes_of_the_surname_first():
    names = ["魏一", "丁魏", "王一", "李二", "丁一", "欧阳明", "马超"]

    # 丁 2, 马 3, 王 4, 李 7, 欧 8, 魏 17
    assert sorted(names, key=stroke_key) == ["丁一", "丁魏", "马超", "王一", "李二", "欧阳明", "魏一"]


def test_surname_has_its_own_reading():
    assert pinyin_syllables("单雄信", is_person=True) == ["shan", "xiong", "xin"]
    assert pinyin_syllables("单位") == ["dan", "wei"]


def test_initials_keep_letters_and_figures():
    assert pinyin_initials("甲镇白鹭村党支部") == "jzblcdzb"
    assert pinyin_initials("第12党支部（B1·区）") == "d12dzbb1q"
    assert pinyin_initials("单雄信", is_person=True) == "sxx"


def test_stroke_order_holds_every_character_once():
    order = [stroke_rank(char) for char in "一〇乙𠀀𰀀龘"]

    assert None not in order
    assert len(set(order)) == 6


def test_letters_come_before_characters_and_width_does_not_matter():
    assert stroke_key("Ａ县") == stroke_key("A县") < stroke_key("一县")
    assert pinyin_key("Ａ县") == pinyin_key("A县")


@given(st.text(max_size=120))
def test_keys_fit_their_column_whatever_the_text(text):
    assert len(pinyin_key(text)) <= LIMIT
    assert len(stroke_key(text)) <= LIMIT
    assert len(pinyin_initials(text)) <= LIMIT


@given(CHINESE, CHINESE)
def test_stroke_key_compares_character_by_character(one, other):
    ranks = [
        [stroke_rank(char) if stroke_rank(char) is not None else -1 for char in text[:60]]
        for text in (one, other)
    ]
    if any(-1 in row for row in ranks):
        return  # a character added to Unicode later

    assert (stroke_key(one) < stroke_key(other)) == (ranks[0] < ranks[1])


@given(CHINESE, CHINESE)
def test_prefix_sorts_first_by_pinyin(start, rest):
    if len(pinyin_key(start + rest)) < LIMIT and start and rest:
        syllables = pinyin_syllables(start)
        if pinyin_syllables(start + rest)[: len(syllables)] == syllables:
            assert pinyin_key(start) < pinyin_key(start + rest)
