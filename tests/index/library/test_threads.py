from dataclasses import replace

from support.documents import article, remark

from index.library import Conversation, Library
from index.model import Comment


def load(library: Library, *comments: Comment) -> None:
    with library.loading("/texts/a.txt") as loading:
        loading.upsert(article(comments=comments))


def words(conversation: Conversation | None) -> tuple[list[str], str, list[tuple[int, str]]]:
    assert conversation is not None
    return (
        [comment.paragraphs[0].text for comment in conversation.ancestors],
        conversation.comment.paragraphs[0].text,
        [(comment.depth, comment.paragraphs[0].text) for comment in conversation.replies],
    )


def test_conversation_has_what_is_answered_and_the_answers_in_reading_order(
    library: Library,
) -> None:
    load(
        library,
        remark("1", "Root."),
        remark("2", "Child.", parent="1"),
        remark("3", "Other child.", parent="1"),
        remark("4", "Grandchild one.", parent="2"),
        remark("5", "Grandchild two.", parent="2"),
        remark("6", "Below one.", parent="4"),
        remark("7", "Apart."),
    )
    assert words(library.thread(2)) == (
        ["Root."],
        "Child.",
        [(2, "Grandchild one."), (3, "Below one."), (2, "Grandchild two.")],
    )
    assert words(library.thread(7)) == ([], "Apart.", [])


def test_answer_that_stands_before_what_it_answers_is_found(library: Library) -> None:
    load(library, remark("1", "Answer.", parent="2"), remark("2", "Question."))
    assert words(library.thread(1)) == (["Question."], "Answer.", [])
    assert words(library.thread(2)) == ([], "Question.", [(1, "Answer.")])


def test_hidden_comments_are_left_out_and_their_answers_stay(library: Library) -> None:
    load(
        library,
        remark("1", "Root."),
        replace(remark("2", "Hidden.", parent="1"), hidden=True),
        remark("3", "Leaf.", parent="2"),
    )
    assert words(library.thread(1)) == ([], "Root.", [(2, "Leaf.")])
    assert words(library.thread(3)) == (["Root."], "Leaf.", [])
    assert library.thread(2) is None
    assert library.thread(99) is None


def test_comments_that_answer_each_other_in_a_circle_end_somewhere(library: Library) -> None:
    load(
        library,
        remark("0", "Leads in.", parent="2"),
        remark("1", "One.", parent="3"),
        remark("2", "Two.", parent="1"),
        remark("3", "Three.", parent="2"),
        remark("4", "Self.", parent="4"),
    )
    assert words(library.thread(1)) == (["One.", "Two."], "Leads in.", [])
    assert words(library.thread(4)) == (["One.", "Two."], "Three.", [])
    assert words(library.thread(5)) == ([], "Self.", [])


def test_conversation_of_thousands_is_bounded_and_deep_ones_are_walked(library: Library) -> None:
    load(
        library,
        *(remark(str(n), f"R{n}", parent=str(n - 1) if n else None) for n in range(6_000)),
    )
    conversation = library.thread(1, limit=3)
    assert words(conversation) == ([], "R0", [(1, "R1"), (2, "R2"), (3, "R3")])
    assert conversation is not None
    assert conversation.more == 5_996
    deepest = library.thread(6_000)
    assert deepest is not None
    assert deepest.comment.depth == 5_999


def test_conversations_follow_a_change(library: Library) -> None:
    load(library, remark("1", "A."), remark("2", "B.", parent="1"), remark("3", "C.", parent="2"))
    load(library, remark("2", "B."), remark("3", "C.", parent="2"))
    assert words(library.thread(3)) == (["B."], "C.", [])
