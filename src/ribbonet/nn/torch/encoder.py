"""Pretrained transformers' encoders: token ids in, hidden states of the last layer out."""

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
    """An encoder with its pretrained weights.

    Parameters
    ----------
    architecture : str
        Name of its class in the library transformers.
    name : str or Path
        A folder as transformers writes it; or the name of a model that is in its cache, or fetched.
    local : bool
        Whether it is a folder.
    half : bool
        Whether to compute in float16 on a GPU; on the CPU it is float32.
    device : str, optional
        Device, as PyTorch names it; by default CUDA's where there is one.
    **options
        What `from_pretrained` of that class takes besides.
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
        """Hidden size D: columns of a residue's embedding."""
        return int(self._encoder.config.hidden_size)

    def checksum(self, start: int) -> int:
        """Return the CRC-32 of the weights' names and bytes, continued from `start`.

        It is that of the weights in float16, whatever they are computed in.
        """
        for name, tensor in sorted(self._encoder.state_dict().items()):
            data = tensor.half() if tensor.is_floating_point() else tensor
            data = data.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
            start = crc32(data, crc32(name.encode(), start))
        return start

    def __call__(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the hidden states of the last layer.

        Parameters
        ----------
        ids : (N, L) int64 array
            Token ids.
        mask : (N, L) int64 array
            1 where there is a token, 0 where there is padding.

        Returns
        -------
        states : (N, L, D) float32 array

        Raises
        ------
        MemoryError
            When the device runs out of memory.
        """
        tokens, known = (torch.from_numpy(own).to(self.device) for own in (ids, mask))
        try:
            with torch.inference_mode():
                states = self._encoder(input_ids=tokens, attention_mask=known).last_hidden_state
                found: NDArray[np.float32] = states.float().cpu().numpy()
        except torch.OutOfMemoryError:
            raise MemoryError from None
        return found
