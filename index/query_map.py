"""What golden queries taught: a linear map that turns a claim's vector towards its evidence.

Only the order of passages follows the turned vector. Whether anything is close, and how strong a
passage is called, goes by the vector as the encoder gave it: that is what was calibrated, so a
map can never make an answer out of silence, or silence out of an answer.
"""

from __future__ import annotations

import numpy as np

from embeddings.api import Vectors


def turn(query_map: Vectors, vector: Vectors) -> Vectors:
    """Apply a (d, d) map to (d,) or (n, d) unit vectors; rows come back at unit length."""
    turned = vector @ query_map.T
    lengths = np.linalg.norm(turned, axis=-1, keepdims=True)
    units: Vectors = (turned / np.maximum(lengths, 1e-9)).astype(np.float32)
    return units
