"""A damaged cache of compiled code is noticed, said, and made anew."""

import os
import random
import subprocess
import sys

import pytest

pytest.importorskip("numba")

from ribbonet.nn.compiled.cache import CheckedCache

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
        assert "is damaged; it is compiled anew" in said
        assert said.count("\n") == 1
    assert run() == ""


@pytest.mark.parametrize("end", ["nbc", "nbi"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling link", "another's"])
def test_what_stands_in_place_of_a_file_is_not_taken_for_it(run, end, kind):
    run, folder = run
    (path,) = folder.rglob(f"*.{end}")
    content = path.read_bytes()
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "dangling link":
        path.symlink_to(folder / "nowhere")
    else:
        path.write_bytes(next(folder.rglob("*.nb[ic]")).read_bytes())
    assert "is damaged; it is compiled anew" in run()
    if kind == "folder":
        path.rmdir()
        path.write_bytes(content)
    assert run() == ""


def test_code_of_another_function_with_a_right_checksum_is_not_run(run, tmp_path):
    run, folder = run
    (path,) = folder.rglob("*.nbc")
    other = tmp_path / "other.py"
    other.write_text(MODULE.replace("i * i", "i"))
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "other")}
    subprocess.run([sys.executable, other], env=environment, check=True, capture_output=True)
    (foreign,) = (tmp_path / "other").rglob("*.nbc")
    path.write_bytes(foreign.read_bytes())
    assert "is damaged; it is compiled anew" in run()
    assert run() == ""


def test_200_flipped_bits_are_noticed(tmp_path):
    cache = CheckedCache(str(tmp_path), "total", ("stamp", 1))
    cache.save("key", b"code")
    r = random.Random(0)
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        for _ in range(100):
            flipped = bytearray(content)
            flipped[r.randrange(len(flipped))] ^= 1 << r.randrange(8)
            path.write_bytes(flipped)
            assert cache.load("key") is None
        path.write_bytes(content)
    assert cache.load("key") == b"code"
