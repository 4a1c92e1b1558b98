"""The labels of a user's chains: read as they are written, then given a meaning."""

from ribbonet.tasks.labels.meaning import Labelled, check_units, interpret
from ribbonet.tasks.labels.options import AUTO, KINDS, LabelOptions
from ribbonet.tasks.labels.reading import (
    Data,
    name_of_all,
    read_labelled,
    read_written,
    warn_of_unknown_ids,
)

__all__ = [
    "AUTO",
    "KINDS",
    "Data",
    "LabelOptions",
    "Labelled",
    "check_units",
    "interpret",
    "name_of_all",
    "read_labelled",
    "read_written",
    "warn_of_unknown_ids",
]
