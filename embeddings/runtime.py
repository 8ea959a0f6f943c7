"""The OpenVINO library, imported without its telemetry, and what this processor offers it."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from embeddings.errors import EncoderError

if TYPE_CHECKING:
    import openvino  # type: ignore[import-untyped]  # it publishes no types


class Precision(StrEnum):
    """In which floating point numbers a model is computed; part of an encoder's identity."""

    AUTO = "auto"
    BF16 = "bf16"
    F32 = "f32"


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
    """The precision to compute in: bfloat16 where the processor has it in hardware, else float32.

    Raises:
        EncoderError: bf16 is asked for by name and the processor lacks it.
    """
    able = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if wanted is Precision.BF16 and not able:
        raise EncoderError(
            "This processor has no bfloat16 arithmetic; set the precision to auto or f32."
        )
    if wanted is Precision.AUTO:
        return Precision.BF16 if able else Precision.F32
    return wanted
