"""Whether and how text in pictures is read."""

from __future__ import annotations

from pydantic import BaseModel, Field


class PictureSettings(BaseModel):
    """Whether and how text in pictures is read."""

    picture_languages: str = Field(
        "auto",
        pattern=r"^(auto|off|[A-Za-z_]{3,20}(\+[A-Za-z_]{3,20}){0,5})$",
        description="Languages of text in pictures: `auto` (where tesseract is installed, each "
        "person's own language and English), tesseract's names such as `eng+rus`, or `off`.",
    )
    max_picture_mib: int = Field(
        10, ge=1, le=20, description="Largest picture that is read, in MiB."
    )
    max_picture_megapixels: int = Field(
        40, ge=1, le=200, description="Most pixels of a picture that is read, in millions."
    )
    picture_memory_mib: int = Field(
        1_024, ge=256, description="Most memory that reading one picture may take, in MiB."
    )
    picture_timeout_s: float = Field(
        20.0, ge=1, le=300, description="Seconds after which reading a picture is given up."
    )
    pictures_at_once: int = Field(
        1, ge=1, le=64, description="Pictures that are read at the same time, a process each."
    )
