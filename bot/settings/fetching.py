"""What is fetched from the web: by `add URL`, and for the feeds that are followed."""

from __future__ import annotations

from pydantic import BaseModel, Field


class FetchSettings(BaseModel):
    """What is fetched from the web: by `add URL`, and for the feeds that are followed."""

    fetch_contact: str = Field(
        "",
        max_length=200,
        pattern=r"^[\x21-\x27\x2a-\x7e]*$",
        description="An address or e-mail that is told to the servers that are fetched from, so "
        "that they can reach you.",
    )
    fetch_timeout_s: float = Field(
        30.0, gt=0, le=600, description="Seconds after which a server's answer is given up."
    )
    fetch_max_mib: int = Field(
        32,
        ge=1,
        le=1_024,
        description="Largest answer of a server that is taken, in MiB, unpacked.",
    )
    fetch_pause_s: float = Field(
        1.0,
        ge=0,
        le=60,
        description="Seconds between two requests to one host; it may ask for more.",
    )
