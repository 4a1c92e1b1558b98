"""Pretrained encoders of transformers: numbers of tokens in, the states of the last layer out."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import torch
import transformers
from numpy.typing import NDArray

from ribbonet.nn.torch.engine import best_device


class Encoder:
    """An encoder, its weights loaded.

    Parameters
    ----------
    architecture : str
        Class of transformers.
    name : str or Path
        A folder as transformers writes it; or the name of a model that is in its cache, or fetched.
    local : bool
        Whether it is a folder.
    half : bool
        Whether a GPU computes in float16.
    device : str, optional
        As PyTorch names it; by default the GPU where there is one.
    **options
        Of the class.
    """

    def __init__(
        self,
        architecture: str,
        name: str | Path,
        *,
        local: bool,
        half: bool,
        device: str | None,
        **options: Any,
    ) -> None:
        self.device = torch.device(device) if device else best_device()
        encoder = getattr(transformers, architecture).from_pretrained(
            name,
            local_files_only=local,
            dtype=torch.float16 if half and self.device.type == "cuda" else torch.float32,
            **options,
        )
        self._encoder = encoder.to(self.device).eval()

    @property
    def width(self) -> int:
        """Numbers of a state."""
        return int(self._encoder.config.hidden_size)

    def checksum(self, start: int) -> int:
        """CRC-32 of the weights, going on from another one."""
        for name, tensor in sorted(self._encoder.state_dict().items()):
            data = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
            start = crc32(data, crc32(name.encode(), start))
        return start

    def __call__(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the states, `(N, L, D)`, of tokens, `(N, L)`, where a mask of ones says they are.

        Raises
        ------
        MemoryError
            When that of the device is too small.
        """
        tokens, known = (torch.from_numpy(own).to(self.device) for own in (ids, mask))
        try:
            with torch.inference_mode():
                states = self._encoder(input_ids=tokens, attention_mask=known).last_hidden_state
                found: NDArray[np.float32] = states.float().cpu().numpy()
        except torch.OutOfMemoryError:
            raise MemoryError from None
        return found
