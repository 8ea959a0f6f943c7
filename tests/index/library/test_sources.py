import itertools

import pytest
from support.documents import article
from support.product import SEEDS

from index.errors import SourceError
from index.library import Library
from index.loading import File
from index.loading import load as load_files
from index.model import Lane, Source
from index.readers import Limits, walk


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
    library.set_source("B", note="satire")
    library.remove([1, 2])
    assert listed(library) == [("B", None, 0)]


def test_note_on_a_domain_holds_for_every_outlet_on_it(library: Library) -> None:
    load(library, ("A", "https://blogs.example/a"))
    library.set_source("blogs.example", note="state-funded")
    with library.loading("/texts/b.txt") as loading:
        loading.upsert(article("T", source="B", url="https://blogs.example/b"))
    assert [source.note for source in library.sources()] == ["state-funded"] * 2


@pytest.mark.parametrize("outlets", list(itertools.permutations([
    ("Lind Courier", None),
    (None, "https://lind.example/1"),
    ("LIND courier", "https://lind.example/2"),
    ("lind.example", None),
])))  # fmt: skip
def test_one_outlet_under_name_and_domain_is_one_source_in_any_order(
    library: Library, outlets: tuple[tuple[str | None, str | None], ...]
) -> None:
    ids = load(library, *outlets)
    ((name, domain, documents),) = listed(library)
    assert (name.casefold(), domain, documents) == ("lind courier", "lind.example", 4)
    for chosen in ("lind courier", "lind.example"):
        assert library.source_ids(frozenset({chosen})) >= set(ids)


def test_what_states_no_name_stays_nameless_where_a_domain_carries_several(
    library: Library,
) -> None:
    load(
        library,
        ("Ann's Blog", "https://blogs.example/a"),
        ("Bo's Blog", "https://blogs.example/b"),
        (None, "https://blogs.example/c"),
        ("Cy's Blog", "https://blogs.example/d"),
    )
    names = {(row.title, row.source.name) for row in library.documents()}
    assert ("T2", "blogs.example") in names
    assert len(listed(library)) == 4


# ---------------------------------------------------------------- the operator


def test_a_name_and_a_note_are_shown_at_once_and_no_index_depends_on_them(
    library: Library,
) -> None:
    load(library, (None, "https://lind.example/1"))
    before = library.state(), [row for rows in library.passages(Lane.REPORTING) for row in rows]
    library.set_source("www.LIND.example", name="Lind Courier", note="Satire.")
    (passage,) = library.hydrate([1]).values()
    assert passage.document.source == Source(
        name="Lind Courier", domain="lind.example", note="Satire."
    )
    after = library.state(), [row for rows in library.passages(Lane.REPORTING) for row in rows]
    assert after == before
    library.set_source("lind courier", no_note=True)
    (row,) = library.documents()
    assert (row.source.name, row.source.note) == ("Lind Courier", None)


def test_former_name_goes_on_meaning_the_outlet(library: Library) -> None:
    load(library, ("Lind Courier", "https://lind.example/1"))
    library.set_source("Lind Courier", name="The Courier")
    with library.loading("/texts/b.txt") as loading:
        loading.upsert(article("T", source="Lind Courier", url="https://lind.example/2"))
    (source,) = library.sources()
    assert (source.name, source.also, source.documents) == ("The Courier", ("Lind Courier",), 2)
    (first, second) = library.documents()
    assert (first.source.name, second.source.name) == ("Lind Courier", "Lind Courier")
    chosen = [library.source_ids(frozenset({name})) for name in ("lind courier", "the courier")]
    assert chosen[0] == chosen[1] != frozenset()
    for name in ("Lind Courier", "The Courier", "Lind Courier"):
        library.set_source("lind.example", name=name)
    assert [(s.name, s.also) for s in library.sources()] == [("Lind Courier", ("The Courier",))]


def test_two_rows_that_get_one_name_are_one_outlet(library: Library) -> None:
    ids = load(library, ("Lind Courier", None), (None, "https://lind.example/1"))
    assert len(listed(library)) == 2
    library.set_source("Lind Courier", note="Satire.")
    library.set_source("lind.example", name="Lind Courier")
    assert listed(library) == [("Lind Courier", "lind.example", 2)]
    assert {row.source.note for row in library.documents()} == {"Satire."}
    assert library.source_ids(frozenset({"lind.example"})) == set(ids)
    assert load(library, ("Lind Courier", None), (None, "https://lind.example/1")) == ids
    library.remove([1])
    assert listed(library) == [("Lind Courier", "lind.example", 1)]
    assert library.problems() == []


def test_domain_is_registered_before_its_documents_come(library: Library) -> None:
    library.set_source("lind.example", name="Lind Courier", note="Satire.")
    load(library, ("Other", None))
    load(library, ("Other", None), (None, "https://lind.example/1"))
    assert ("Lind Courier", "lind.example", 1) in listed(library)
    assert [row.source.note for row in library.documents()] == [None, "Satire."]


def test_name_that_no_outlet_has_is_refused(library: Library) -> None:
    load(library, ("Lind Courier", None), (None, None))
    for unknown in ("Lind Curier", "", " "):
        with pytest.raises(SourceError, match="No source is called"):
            library.set_source(unknown, note="x")
    assert [source.note for source in library.sources()] == [None, None]


def test_several_outlets_cannot_get_one_name_by_their_domain(library: Library) -> None:
    load(library, ("A", "https://blogs.example/a"), ("B", "https://blogs.example/b"))
    with pytest.raises(SourceError, match="A, B"):
        library.set_source("blogs.example", name="Blogs")
    assert [name for name, _, _ in listed(library)] == ["A", "B"]


def test_outlets_of_the_starter_corpus_have_one_row_each(library: Library) -> None:
    files = [File(path=path, named=False) for path in walk([SEEDS])]
    for _ in load_files(library, files, Limits()):
        pass
    found = library.sources()
    domains = [source.domain for source in found if source.domain]
    assert len(domains) == len(set(domains))
    (courier,) = (source for source in found if source.domain == "wendcourier.example")
    assert (courier.name, courier.documents) == ("Wend Valley Courier", 4)
    rows = library.documents(1_000)
    shown = [row.source.name for row in rows if row.source.domain == courier.domain]
    assert shown == ["Wend Valley Courier"] * 4
