"""Where the collection lies and how its index is built."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field


class CollectionSettings(BaseModel):
    """Where the collection lies and how its index is built."""

    data_dir: Path = Field(
        Path("data"),
        description="Folder of the library, the kept vectors and the generations.",
    )
    max_file_mib: int = Field(
        2_048, ge=1, description="Largest document file that is read, in MiB, unpacked."
    )
    keep_generations: int = Field(
        3, ge=1, le=100, description="Built indexes kept on disk, the one in use among them."
    )
    exact_up_to_passages: int = Field(
        300_000,
        ge=0,
        description="A lane with more passages is searched through compressed lists first, which "
        "is faster and misses about two in a hundred of the nearest; up to this all are compared.",
    )
    golden_file: Path | None = Field(
        None,
        description="Claims with known answers, JSON Lines, that a new index has to answer as "
        "well as the old one; without it `golden.jsonl` in the data folder, if it is there.",
    )
    golden_max_fall: float = Field(
        0.02,
        ge=0,
        le=1,
        description="How far the mean score of the golden queries may fall, of 1, before "
        "`rebuild` keeps the old index.",
    )
    golden_max_rise: float = Field(
        0.02,
        ge=0,
        le=1,
        description="How far the share of golden queries with false answers may rise, of 1, "
        "before `rebuild` keeps the old index.",
    )
    swap_check_interval_s: float = Field(
        1.0,
        gt=0,
        le=3_600,
        description="Seconds between two looks for a newly built index while serving.",
    )
