import pytest
from support.documents import article

from index.library import Library
from index.model import Lane


def load(library: Library, *outlets: tuple[str | None, str | None]) -> list[int]:
    """Load a document for each (source, url) and return the ids of their sources."""
    with library.loading("/texts/a.jsonl") as loading:
        for number, (source, url) in enumerate(outlets):
            loading.upsert(
                article(f"T{number}", "One.", source=source, url=url, record=str(number))
            )
    return [row.source_id for rows in library.passages(Lane.REPORTING) for row in rows]


def listed(library: Library) -> list[tuple[str, str | None, int]]:
    return [(s.name, s.domain, s.documents) for s in library.sources()]


def test_documents_of_one_domain_are_of_one_source(library: Library) -> None:
    ids = load(
        library,
        (None, "https://www.lind.example/1"),
        (None, "http://LIND.example:8080/2"),
        ("lind.example", None),
    )
    assert len(set(ids)) == 1
    assert listed(library) == [("lind.example", "lind.example", 3)]


def test_name_is_taken_on_by_the_source_of_the_domain(library: Library) -> None:
    load(
        library,
        (None, "https://lind.example/1"),
        ("Lind Courier", "https://lind.example/2"),
        ("LIND COURIER", None),
        (None, "https://lind.example/3"),
    )
    assert listed(library) == [("Lind Courier", "lind.example", 4)]


def test_domain_is_taken_on_by_the_source_of_the_name(library: Library) -> None:
    load(library, ("Lind Courier", None), ("Lind Courier", "https://lind.example/1"))
    assert listed(library) == [("Lind Courier", "lind.example", 2)]


def test_two_outlets_on_one_domain_stay_apart(library: Library) -> None:
    ids = load(
        library,
        ("Ann's Blog", "https://blogs.example/a"),
        ("Bo's Blog", "https://blogs.example/b"),
    )
    assert len(set(ids)) == 2
    assert library.source_ids(frozenset({"blogs.example"})) == set(ids)
    assert library.source_ids(frozenset({"bo's blog"})) == {ids[1]}


def test_shown_source_is_the_one_that_the_document_states(library: Library) -> None:
    load(library, ("The Lind Courier", "https://lind.example/1"))
    (row,) = library.documents()
    assert (row.source.name, row.source.domain) == ("The Lind Courier", "lind.example")


def test_document_without_an_outlet_has_the_source_without_a_name(library: Library) -> None:
    load(library, (None, None), ("", None))
    assert listed(library) == [("", None, 2)]
    assert library.source_ids(frozenset({"", " "})) == frozenset()


@pytest.mark.parametrize(
    "name", ["lind.example", "www.lind.example", "LIND.EXAMPLE", " Lind.Example "]
)
def test_sources_are_chosen_by_domain_in_any_spelling(library: Library, name: str) -> None:
    ids = load(library, (None, "https://lind.example/1"), (None, "https://other.example/1"))
    assert library.source_ids(frozenset({name})) == {ids[0]}


@pytest.mark.parametrize("url", ["not a url", "http://[broken", "urn:isbn:1", ""])
def test_url_without_a_host_states_no_outlet(library: Library, url: str) -> None:
    load(library, (None, url))
    assert listed(library) == [("", None, 1)]


def test_source_goes_with_its_last_document_unless_it_has_a_note(library: Library) -> None:
    load(library, ("A", None), ("B", None))
    with library._engines.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE sources SET note = 'satire' WHERE name = 'B'")
    library.remove([1, 2])
    assert listed(library) == [("B", None, 0)]


def test_note_on_a_domain_holds_for_every_outlet_on_it(library: Library) -> None:
    load(library, ("A", "https://blogs.example/a"))
    with library._engines.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE sources SET note = 'state-funded'")
    with library.loading("/texts/b.txt") as loading:
        loading.upsert(article("T", source="B", url="https://blogs.example/b"))
    assert [source.note for source in library.sources()] == ["state-funded"] * 2
