"""What stands on a card, and what is left out."""

from datetime import date

from apps.secretaries.domain.card import MOST_POSTS, MOST_YEARS, Person, PostLine, YearColumn, compose

PERSON = Person("张三", "男", "1980.05", "未填", "不在任")


def test_years_stand_side_by_side_from_the_oldest():
    years = [
        YearColumn(2026, "甲镇", {"等次": "好", "得分": "95"}),
        YearColumn(2025, "甲镇", {"等次": "较好"}),
    ]

    card = compose(PERSON, [], years)

    assert [one.year for one in card.years] == [2025, 2026]
    assert card.rows == [("等次", ["较好", "好"]), ("得分", ["—", "95"])]
    assert (card.notes, card.n_more_years, card.n_more_posts) == ([], 0, 0)


def test_what_does_not_fit_is_counted():
    years = [YearColumn(year, "甲镇", {"等次": "好"}) for year in range(2000, 2000 + MOST_YEARS + 3)]
    posts = [
        PostLine("甲镇", "书记", date(2000 + n, 1, 1), date(2001 + n, 1, 1)) for n in range(MOST_POSTS + 2)
    ]

    card = compose(PERSON, posts, years, ["注"])

    assert (len(card.years), card.years[0].year, len(card.posts)) == (MOST_YEARS, 2003, MOST_POSTS)
    assert card.notes == ["另有更早的 2 段任职、另有更早的 3 次述职评议，因篇幅未列，请在系统中查看。", "注"]


def test_days_as_personnel_forms_write_them():
    assert PostLine("甲", "书记", date(2021, 3, 1), None).days == "2021.03—至今"
    assert PostLine("甲", "书记", date(2021, 3, 1), date(2024, 11, 2)).days == "2021.03—2024.11"
