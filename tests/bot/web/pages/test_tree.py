"""Discussions of every shape become bounded pages of shallow trees."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.web.pages.tree import COMMENTS_A_PAGE, DEEPEST, Branch, Order, arrange, walk
from index.library import OutlinedComment


def outline(*parents: int | None, hidden: frozenset[int] = frozenset()) -> list[OutlinedComment]:
    """Comments 1, 2, 3 ... by what each answers."""
    return [
        OutlinedComment(comment_id=n, parent_id=parent, shown=n not in hidden)
        for n, parent in enumerate(parents, start=1)
    ]


def shape(branches: tuple[Branch, ...]) -> list[object]:
    return [(b.comment_id, shape(b.replies)) if b.replies else b.comment_id for b in branches]


def test_replies_stand_below_what_they_answer_in_the_order_of_the_file() -> None:
    found = arrange(outline(None, 1, None, 1, 2), [])
    assert shape(found.branches) == [(1, [(2, [5]), 4]), 3]
    assert found.comment_ids == (1, 2, 5, 4, 3)


def test_a_comment_that_stands_before_what_it_answers_is_placed_below_it() -> None:
    assert shape(arrange(outline(2, None), []).branches) == [(2, [1])]


def test_what_is_not_shown_keeps_its_place_only_for_a_reply() -> None:
    found = arrange(outline(None, 1, 2, 1, hidden=frozenset({2, 4})), [])
    assert shape(found.branches) == [(1, [(2, [3])])]
    assert found.comments == 2


def test_conversations_with_a_match_come_first_when_that_is_wished() -> None:
    comments = outline(None, None, 2, None, 4)
    assert shape(arrange(comments, [5, 3]).branches) == [1, (2, [3]), (4, [5])]
    found = arrange(comments, [5, 3], order=Order.MATCH)
    assert shape(found.branches) == [(4, [5]), (2, [3]), 1]


def test_replies_below_the_deepest_level_say_what_they_answer() -> None:
    found = arrange(outline(None, *range(1, 12)), [])
    chain = list(walk(found.branches))
    assert [b.comment_id for b in chain] == list(range(1, 13))
    assert [b.answers for b in chain[: DEEPEST + 1]] == [None] * (DEEPEST + 1)
    assert [b.answers for b in chain[DEEPEST + 1 :]] == list(range(DEEPEST + 1, 12))


def test_a_match_deep_down_is_unfolded_and_the_rest_is_not() -> None:
    comments = outline(None, 1, 2, 3, 2, 5)
    opened = {b.comment_id for b in walk(arrange(comments, [4]).branches) if b.open}
    assert opened == {1, 2, 3, 4}
    at = arrange(comments, [], at=6)
    assert {b.comment_id for b in walk(at.branches) if b.open} == {1, 2, 5, 6}


def test_a_long_discussion_is_paged_and_a_comment_finds_its_page() -> None:
    comments = outline(*[None] * (2 * COMMENTS_A_PAGE), 1)
    first, second = arrange(comments, []), arrange(comments, [], page=2)
    assert (first.pages, first.page, second.page) == (3, 1, 2)
    assert len(first.comment_ids) == COMMENTS_A_PAGE
    assert arrange(comments, [], page=99).page == 3
    assert arrange(comments, [], at=2 * COMMENTS_A_PAGE).page == 3
    assert arrange(comments, [], page=2, at=2 * COMMENTS_A_PAGE + 1).page == 1
    assert arrange(comments, [], page=2, at=12_345).page == 2


def test_what_is_answered_on_an_earlier_page_is_told_of() -> None:
    chain = outline(None, *[1] * (COMMENTS_A_PAGE + 5))
    second = arrange(chain, [], page=2)
    assert {branch.answers for branch in second.branches} == {1}


def test_a_comment_that_is_not_there_matches_nothing() -> None:
    found = arrange(outline(None, 1), [77], order=Order.MATCH)
    assert shape(found.branches) == [(1, [2])]
    assert arrange([], []).branches == ()


@given(st.lists(st.integers(0, 30), max_size=150), st.integers(1, 3), st.sampled_from(Order))
def test_no_comment_is_lost_and_no_tree_is_deep(
    choices: list[int], page: int, order: Order
) -> None:
    parents = [choice % n or None for n, choice in enumerate(choices, start=1)]
    comments = outline(*parents)
    pages = [arrange(comments, [page], order=order, page=n + 1) for n in range(2)]
    seen = {id_ for one in pages for id_ in one.comment_ids}
    assert seen == {one.comment_id for one in comments}
    for one in pages:
        assert [b.comment_id for b in walk(one.branches)] == list(one.comment_ids)
        assert depth(one.branches) <= DEEPEST + 1


def depth(branches: tuple[Branch, ...]) -> int:
    return max((1 + depth(branch.replies) for branch in branches), default=0)
