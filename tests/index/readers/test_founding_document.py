"""The document that the plain reader was first written for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.model import Document
from index.readers import read_path
from index.readers.preview import to_expected

FOUNDING = Path(__file__).parents[3].parent / "shared" / "seeds"


@pytest.mark.skipif(not FOUNDING.is_dir(), reason="the founding document is not on this machine")
class TestFoundingDocument:
    @pytest.fixture
    def document(self) -> Document:
        (document,) = read_path(FOUNDING / "000_1359d574294d1fe1.txt")
        return document

    def test_parses_exactly_as_expected(self, document: Document) -> None:
        expected = json.loads((FOUNDING / "expected-parse.json").read_text())
        actual = to_expected(document)
        del actual["parse_confidence"], actual["warnings"]
        # The order of keys is part of the shape.
        assert json.dumps(actual, indent=1) == json.dumps(expected, indent=1)

    def test_dates_are_mentions_with_their_precision(self, document: Document) -> None:
        mentions = [(m.text, m.date.isoformat(), m.paragraph) for m in document.mentions]
        assert mentions == [("November 4", "--11-04", 0), ("August 2017", "2017-08", 5)]

    def test_is_neither_sure_nor_hopeless(self, document: Document) -> None:
        assert 0.6 <= document.parse_confidence < 0.9
        assert "line 17" in document.warnings[0]
