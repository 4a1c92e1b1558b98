"""Protein language models by transformers: ESM-2 and ProtT5.

Lin et al. 2023, Science 379, 1123-1130; Elnaggar et al. 2022, IEEE Trans. Pattern Anal. Mach.
Intell. 44, 7112-7127. No code that comes with a model is run, and nothing is unpickled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ribbonet.embedding.windows import batches, windows
from ribbonet.errors import InputError, lacking

try:
    import transformers

    from ribbonet.nn.torch.encoder import Encoder
except ImportError:
    raise lacking("embedding", "PyTorch and transformers", "plm") from None

WINDOW = 1022
"""Residues that ESM-2 was trained to read at a time."""
BATCH = 4096
"""Residues of a batch, padding included."""


@dataclass(frozen=True)
class _Family:
    """Models of one architecture.

    Parameters
    ----------
    encoder : str
        Class of transformers.
    before : int
        Tokens before the first residue.
    unknown : str
        Letters that are read as X, as the authors do.
    options : dict
        Of the class.
    """

    encoder: str
    before: int
    unknown: str
    options: dict[str, Any] = field(default_factory=dict)


FAMILIES = {
    "esm": _Family("EsmModel", 1, "J", {"add_pooling_layer": False}),
    "t5": _Family("T5EncoderModel", 0, "BJOUZ"),
}
"""By the `model_type` of transformers."""


class LanguageModel:
    """A language model: sequences in, numbers for each residue out.

    Parameters
    ----------
    name : str or Path
        A folder as transformers writes it; or the name of a model that is in its cache, or fetched.
    window : int
        Residues that are read at a time; longer chains are cut into windows that overlap.
    batch : int
        Residues of a batch, padding included.
    half : bool
        Whether a GPU computes in float16.
    device : str, optional
        As PyTorch names it; by default the GPU where there is one.

    Raises
    ------
    InputError
        When there is no such model, or it is none of `FAMILIES`.
    """

    def __init__(
        self,
        name: str | Path,
        *,
        window: int = WINDOW,
        batch: int = BATCH,
        half: bool = False,
        device: str | None = None,
    ) -> None:
        self.name, self.window, self.batch = str(name), window, batch
        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        local = Path(name).is_dir()
        try:
            config = transformers.AutoConfig.from_pretrained(name, local_files_only=local)
            self._family = self._family_of(config)
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(
                name, local_files_only=local, do_lower_case=False
            )
            self._encoder = Encoder(
                self._family.encoder,
                name,
                local=local,
                half=half,
                device=device,
                **self._family.options,
            )
        except InputError:
            raise
        except Exception as error:  # of three libraries, and of the network
            what = (
                "cannot be loaded"
                if local
                else "is not a folder, and cannot be fetched by that name"
            )
            raise InputError(f"{name}: {what} ({str(error).strip().splitlines()[0]})") from None

    def _family_of(self, config: Any) -> _Family:
        if config.model_type not in FAMILIES:
            raise InputError(
                f"{self.name}: is a model of the type {config.model_type!r}; give one of ESM-2 "
                "(esm) or ProtT5 (t5)"
            )
        if getattr(config, "position_embedding_type", None) == "absolute":
            longest = int(config.max_position_embeddings) - 4  # two ends, and two are not used
            if self.window > longest:
                raise InputError(
                    f"{self.name}: reads {longest:,} residues at most; give --window {longest}"
                )
        return FAMILIES[config.model_type]

    @property
    def device(self) -> str:
        """Where it computes, as PyTorch names the kind: cpu, cuda."""
        return self._encoder.device.type

    @property
    def columns(self) -> int:
        """Numbers of a residue."""
        return self._encoder.width

    @property
    def digest(self) -> str:
        """Checksum (CRC-32) of the weights and the vocabulary."""
        vocabulary = str(sorted(self._tokenizer.get_vocab().items()))
        return f"{self._encoder.checksum(crc32(vocabulary.encode())):08x}"

    def __call__(self, sequences: Sequence[str]) -> list[NDArray[np.float32]]:
        """Embed sequences.

        Parameters
        ----------
        sequences : sequence of str
            In upper-case letters.

        Returns
        -------
        embeddings : list of (L, D) float32 array
            The states of the last layer, a row for each residue. A sequence's numbers depend on
            what it is embedded with in their last digits, by padding.

        Raises
        ------
        InputError
            When the memory of the device is too small, or the tokenizer is that of another model.
        """
        result = [np.empty((len(text), self.columns), np.float32) for text in sequences]
        pieces = [
            (number, window)
            for number, text in enumerate(sequences)
            for window in windows(len(text), self.window)
        ]
        for batch in batches([len(window) for _, window in pieces], self.batch):
            chosen = [pieces[place] for place in batch]
            found = self._states([sequences[n][w.start : w.stop] for n, w in chosen])
            for (number, window), rows in zip(chosen, found, strict=True):
                own = slice(window.first - window.start, window.last - window.start)
                result[number][window.first : window.last] = rows[own]
        return result

    def _states(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Embed what is read at a time."""
        table = str.maketrans(dict.fromkeys(self._family.unknown, "X"))
        given = self._tokenizer(
            [" ".join(text.translate(table)) for text in texts], padding=True, return_tensors="np"
        )
        ids, mask = given["input_ids"], given["attention_mask"]
        before = self._family.before
        if mask.sum(axis=1).tolist() != [before + len(text) + 1 for text in texts] or bool(
            (ids == self._tokenizer.unk_token_id).any()
        ):
            raise InputError(
                f"{self.name}: its tokenizer does not make one known token of each residue; give a "
                "model of ESM-2 or ProtT5"
            )
        try:
            found = self._encoder(ids, mask)
        except MemoryError:
            raise InputError(
                f"the memory of {self.device} is too small for {ids.size:,} residues at a time; "
                "give a smaller --batch, or a smaller --window"
            ) from None
        return [found[n, before : before + len(text)] for n, text in enumerate(texts)]
