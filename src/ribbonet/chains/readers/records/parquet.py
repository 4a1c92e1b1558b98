"""Parquet files, which pyarrow reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ribbonet.chains.open import name_of
from ribbonet.errors import InputError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

PARQUET = b"PAR1"
"""What such a file starts with."""


@contextmanager
def parquet_file(path: str | Path) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file.

    Raises
    ------
    InputError
        Without pyarrow, and when what is read in the block is damaged.
    """
    name = name_of(path)
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InputError(
            f"{name}: Parquet needs pyarrow; add it by: pip install 'ribbonet[parquet]'"
        ) from None
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{name}: is not a valid Parquet file ({error}); write it again") from None
