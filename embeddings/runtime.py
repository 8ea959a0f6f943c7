"""The OpenVINO library, imported without its telemetry, and what this processor offers it."""

from __future__ import annotations

import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.errors import EncoderError

if TYPE_CHECKING:
    import openvino  # type: ignore[import-untyped]  # it publishes no types


_PROCESSOR = Path("/proc/cpuinfo")
_INTEGER_PRODUCTS = {"avx512_vnni", "avx_vnni"}
"""Flags of processors that add products of 8-bit integers without cutting the sums to 16 bits."""


class Precision(StrEnum):
    """In which numbers a model is computed; part of an encoder's identity."""

    AUTO = "auto"
    """BF16 where the processor has it in hardware, else F32."""
    BF16 = "bf16"
    F32 = "f32"
    INT8 = "int8"
    """Products with weights in 8-bit integers, all else in F32; only where it is asked for. It
    stands for one recipe: when `embeddings.quantize` or its samples change, so must this name."""

    @property
    def of_floats(self) -> Precision:
        """In which floating point numbers all is computed that is not of integers."""
        return Precision.F32 if self is Precision.INT8 else self


def import_openvino() -> Any:  # noqa: ANN401 - a module without types
    """Import OpenVINO without its telemetry.

    Raises:
        EncoderError: it is not installed or does not load here.
    """
    # Importing openvino sends a usage event to its makers unless this module is missing.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except (ImportError, OSError) as error:
        raise EncoderError(
            f"OpenVINO does not load here ({error}); install it, or set the engine to torch."
        ) from error
    return openvino


def choose_precision(core: openvino.Core, wanted: Precision) -> Precision:
    """The precision to compute in, which is never AUTO.

    Raises:
        EncoderError: bf16 or int8 is asked for by name and the processor lacks it.
    """
    able = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if wanted is Precision.BF16 and not able:
        raise EncoderError(
            "This processor has no bfloat16 arithmetic; set the precision to auto or f32."
        )
    if wanted is Precision.INT8 and not multiplies_integers():
        raise EncoderError(
            "This processor has no arithmetic of 8-bit integers (VNNI), or none that "
            f"{_PROCESSOR} tells of; set the precision to auto, bf16 or f32."
        )
    if wanted is Precision.AUTO:
        return Precision.BF16 if able else Precision.F32
    return wanted


def multiplies_integers() -> bool:
    """Whether this processor has what int8 needs, which OpenVINO does not tell."""
    with suppress(OSError), _PROCESSOR.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith("flags"):
                return not _INTEGER_PRODUCTS.isdisjoint(line.split())
    return False
