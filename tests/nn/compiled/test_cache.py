"""A damaged cache of compiled code is noticed, said, and made anew."""

import os
import random
import subprocess
import sys

import pytest

pytest.importorskip("numba")

MODULE = """
import sys
from ribbonet.nn.compiled.cache import compiled

@compiled()
def total(n):
    result = 0
    for i in range(n):
        result += i * i
    return result

print(total(10))
"""


@pytest.fixture
def run(tmp_path):
    script, folder = tmp_path / "total.py", tmp_path / "cache"
    script.write_text(MODULE)
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}

    def run():
        done = subprocess.run(
            [sys.executable, script], env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, "285\n"), done.stderr
        return done.stderr

    assert run() == ""
    return run, folder


@pytest.mark.parametrize("end", ["nbc", "nbi"])
def test_damage_is_noticed_said_and_mended(run, end):
    run, folder = run
    (path,) = folder.rglob(f"*.{end}")
    r = random.Random(0)
    for damage in ("cut", "garbage", "flipped"):
        content = bytearray(path.read_bytes())
        if damage == "cut":
            del content[len(content) // 2 :]
        elif damage == "garbage":
            content = bytearray(r.randbytes(500))
        else:
            content[r.randrange(len(content))] ^= 1 << r.randrange(8)
        path.write_bytes(content)
        said = run()
        if end == "nbc" or damage != "flipped":  # an index may only name something else then
            assert "is damaged; it is compiled anew" in said
            assert said.count("\n") == 1
    assert run() == ""
