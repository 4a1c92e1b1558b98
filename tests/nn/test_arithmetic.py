import os
import subprocess
import sys

import numpy as np
import pytest

from ribbonet.nn.arithmetic import fingerprint

PROGRAM = "from ribbonet.nn.arithmetic import fingerprint; print(fingerprint())"


def elsewhere(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_it_is_the_same_in_every_process_and_for_any_number_of_threads():
    assert elsewhere() == elsewhere(OPENBLAS_NUM_THREADS="4", OMP_NUM_THREADS="4") == fingerprint()


def test_other_kernels_of_linear_algebra_have_another():
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    if "openblas" not in blas["name"] or "DYNAMIC_ARCH" not in str(blas):
        pytest.skip("needs OpenBLAS with kernels for several processors")
    assert elsewhere(OPENBLAS_CORETYPE="Prescott") != elsewhere(OPENBLAS_CORETYPE="Haswell")
