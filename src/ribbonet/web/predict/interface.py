"""What the description of the interface says of all that the room Predict asks for."""

from __future__ import annotations

from typing import Any

BODY = {
    "requestBody": {
        "required": True,
        "description": "FASTA or bare sequences; plain, or compressed by gzip, xz, bzip2 or zstd.",
        "content": {"application/octet-stream": {"schema": {"type": "string"}}},
    }
}
_FAULT = {
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": {"detail": {"type": "string"}}}
        }
    }
}
FAULTS: dict[int | str, dict[str, Any]] = {
    408: {"description": "A body that does not come within the time for it", **_FAULT},
    413: {"description": "More bytes than are taken at a time", **_FAULT},
    422: {"description": "No sequences, or what is wrong with them", **_FAULT},
    429: {"description": "As many predictions as are taken on are under way", **_FAULT},
}
CHAINS: dict[str, Any] = {"responses": FAULTS, "openapi_extra": BODY}
"""Of a route whose body is chains."""
