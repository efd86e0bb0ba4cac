from hypothesis import given
from hypothesis import strategies as st
from pypinyin.seg.simpleseg import seg

from apps.common.domain.sort_keys import (
    LIMIT,
    pinyin_initials,
    pinyin_key,
    pinyin_syllables,
    stroke_key,
    stroke_rank,
    words_of,
)
from apps.common.domain.text import normalized

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


def in_order(characters):
    return sorted(characters, key=stroke_key) == list(characters)


def test_equal_numbers_of_strokes_go_by_the_strokes_themselves():
    # As 《通用规范汉字表》 prints them: strokes 横 1, 竖 2, 撇 3, 点 4, 折 5 in the order of writing.
    assert in_order("丁七卜八人入九刁刀力又")  # 12 15 24 34 34 34 35 51 53 53 54
    assert in_order("于万习马")  # 112 153 541 551
    assert in_order(
        "王井元韦云支尤车戈水牛毛仇卞文方尹巴孔邓"
    )  # 1121 1132 1135 1152 1154 ... 5113 5215 5215 5254
    assert in_order("艾石龙卢叶田史付白乐包冯皮")
    assert in_order("安许阮孙")  # 445531, 453112, 521135, 521234
    assert in_order("李杨吴何张陈邵")


def test_surnames_stand_as_in_a_published_list():
    # Surnames of 中共河北师范大学第八届委员会 and 纪律检查委员会 (按姓氏笔画为序).
    assert in_order("于史付刘闫关苏杨张陈邵武郑赵胡樊霍戴")
    assert in_order("于习王李杨周赵魏")


def test_main_form_of_a_stroke_comes_before_its_variant():
    assert in_order("干于")  # both 112: 竖 before 竖钩
    assert in_order("夕久")  # both 354: 点 before 捺
    assert in_order("丰王开井天夫元无云专")  # 天夫 and 元无 have the same strokes: as printed


def test_a_given_name_of_one_character_comes_first():
    names = ["王敏", "王一鸣", "王敏一", "王", "丁魏", "欧阳一", "欧阳", "欧一"]

    assert sorted(names, key=lambda name: stroke_key(name, is_person=True)) == [
        "丁魏", "王", "王敏", "王一鸣", "王敏一", "欧一", "欧阳", "欧阳一",
    ]  # fmt: skip
    assert stroke_key("王一鸣") < stroke_key("王敏")  # organizations know no given names


def test_rare_characters_stand_among_their_number_of_strokes():
    # Level 3 of 《通用规范汉字表》: 㛃 no. 6757 and 䶮 no. 6814 of nine strokes, 𬱖 no. 7161 of eleven. 𰻞 is in no list.
    assert in_order("林㛃珊药姚倪")
    assert in_order("林药䶮轻姚倪")
    assert in_order("姚黄𬱖康彭")
    assert in_order("齉𰻞")


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


@given(st.text(max_size=60))
def test_a_persons_key_differs_for_names_of_two_characters_only(text):
    if len(normalized(text).lower()) != 2:
        assert stroke_key(text, is_person=True) == stroke_key(text)


@given(CHINESE, CHINESE)
def test_prefix_sorts_first_by_pinyin(start, rest):
    if len(pinyin_key(start + rest)) < LIMIT and start and rest:
        syllables = pinyin_syllables(start)
        if pinyin_syllables(start + rest)[: len(syllables)] == syllables:
            assert pinyin_key(start) < pinyin_key(start + rest)


HAN = "村党支部委员会重庆长大银行中山石头东西单于会计和平乐的地得了行"


@given(
    st.text(
        st.sampled_from(HAN + "A1 第!é") | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        max_size=14,
    )
)
def test_texts_are_cut_as_the_library_cuts_them(text):
    assert words_of(text) == seg(text)
