"""`ribbonet predict`, run as a process: what it writes, and what it says to bad input."""

import gzip
import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from ribbonet import load_model, predict
from ribbonet.chains.alphabet import SPACER, STATES, encode_residues
from ribbonet.tasks import Structure

PEPTIDE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"


@pytest.fixture
def proteins(tmp_path):
    path = tmp_path / "proteins.fasta"
    path.write_text(f">one first protein\n{PEPTIDE}\n>two\n{PEPTIDE[::-1]}\n")
    return path


def records(stdout):
    lines = stdout.decode().splitlines()
    assert len(lines) % 3 == 0
    return list(zip(lines[::3], lines[1::3], lines[2::3], strict=True))


def test_three_lines_a_record_in_the_order_of_the_input(ribbonet, proteins):
    done = ribbonet("predict", proteins)
    assert (done.returncode, done.stderr.count(b"\n")) == (0, 1)  # the summary
    (header, sequence, states), second = records(done.stdout)
    assert (header, sequence) == (">one first protein", PEPTIDE)
    assert len(states) == len(PEPTIDE)
    assert set(states) <= set("HEC")
    assert second[0] == ">two"


def test_the_command_and_the_function_give_the_same_states(ribbonet, proteins):
    import ribbonet as package

    expected = [p.states for p in package.predict_file(proteins)]
    assert [states for *_, states in records(ribbonet("predict", proteins).stdout)] == expected
    assert package.predict(PEPTIDE).states == expected[0]


def test_a_file_a_pipe_and_a_compressed_file_give_the_same(ribbonet, proteins, tmp_path):
    compressed = tmp_path / "proteins.fasta.gz"
    compressed.write_bytes(gzip.compress(proteins.read_bytes()))
    plain = ribbonet("predict", proteins).stdout
    assert ribbonet("predict", compressed).stdout == plain
    assert ribbonet("predict", "-", stdin=proteins.read_bytes()).stdout == plain
    assert ribbonet("predict", "-", stdin=compressed.read_bytes()).stdout == plain


def test_one_sequence(ribbonet):
    done = ribbonet("predict", "--sequence", PEPTIDE.lower())
    assert records(done.stdout)[0][:2] == (">sequence", PEPTIDE)


def test_fasta_of_the_states(ribbonet, proteins):
    lines = ribbonet("predict", proteins, "--format", "fasta").stdout.decode().splitlines()
    states = [states for *_, states in records(ribbonet("predict", proteins).stdout)]
    assert lines == [">one first protein", states[0], ">two", states[1]]


def test_text_draws_a_bar_for_each_probability(ribbonet):
    done = ribbonet("predict", "--sequence", PEPTIDE * 2, "--format", "text")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == ">sequence"
    assert lines[1].startswith("66 residues: ")
    assert len(lines[3]) == 7 + 60
    assert set(lines[3]) <= set(" ◠◡═▶─")
    assert lines[4] == f"     1 {(PEPTIDE * 2)[:60]} 60"
    bars = [line[7:] for line in lines if line.startswith("  P(")]
    assert [len(bar) for bar in bars] == [60, 60, 60, 6, 6, 6]
    heights = np.array([[" ▁▂▃▄▅▆▇█".index(c) for c in bar] for bar in bars[:3]])
    assert (abs(heights.sum(axis=0) - 8) <= 1).all()


def test_output_to_a_file(ribbonet, proteins, tmp_path):
    done = ribbonet("predict", proteins, "-o", tmp_path / "out.3line")
    assert (done.returncode, done.stdout) == (0, b"")
    assert (tmp_path / "out.3line").read_bytes() == ribbonet("predict", proteins).stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.3line", "proteins.fasta"]


def test_colour_on_a_terminal_only(proteins):
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "ribbonet", "predict", str(proteins)]
    with subprocess.Popen(command, stdout=follower) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
        assert process.wait() == 0
    os.close(leader)
    assert b"\033[35mH" in shown
    assert b"\033[" not in subprocess.run(command, capture_output=True, check=True).stdout


def test_two_records_with_one_id_are_both_kept(ribbonet):
    done = ribbonet("predict", "-", stdin=b">same\nMKTAYIAKQR\n>same\nQISFVKSHFS\n")
    assert [r[:2] for r in records(done.stdout)] == [
        (">same", "MKTAYIAKQR"),
        (">same", "QISFVKSHFS"),
    ]


def test_lower_case_is_read_as_upper_case_and_said_once(ribbonet, tmp_path):
    path = tmp_path / "lower.fasta"
    path.write_text(f">a\n{PEPTIDE.lower()}\n>b\n{PEPTIDE}\n")
    done = ribbonet("predict", path, "--quiet")
    first, second = records(done.stdout)
    assert first[1:] == second[1:]
    warning = f"ribbonet: warning: {path}: 1 lower-case record read as upper case\n"
    assert done.stderr.decode() == warning


def test_ambiguous_nucleotides_are_warned_of(ribbonet):
    done = ribbonet("predict", "--model", "fast", "--sequence", "ACGTRYKM" + "ACGT" * 12)
    assert b"1 record looks like nucleotides" in done.stderr


def test_nucleotides_are_warned_of_once_a_file(ribbonet, proteins):
    dna = "ACGTN" * 6
    text = f">one\n{dna}\n>short\n{dna[:11]}\n>protein\n{PEPTIDE}\n>two\n{dna}\n"
    proteins.write_text(text)
    done = ribbonet("predict", proteins, "--quiet")
    assert [sequence for _, sequence, _ in records(done.stdout)] == [dna, dna[:11], PEPTIDE, dna]
    assert done.stderr.decode() == (
        f"ribbonet: warning: {proteins}: 2 records look like nucleotides, read as residues; give "
        "proteins\n"
    )
    done = ribbonet("predict", "--sequence", dna)
    assert done.stderr.startswith(b"ribbonet: warning: sequence: 1 record looks like nucleotides")


def test_a_chain_of_40000_residues_is_predicted_whole(ribbonet, tmp_path):
    rng = np.random.default_rng(0)
    long = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 40_000))
    path = tmp_path / "long.fasta"
    path.write_text(f">long\n{long}\n")
    done = ribbonet("predict", path, "--model", "fast", "--no-templates")
    ((_, sequence, states),) = records(done.stdout)
    assert sequence == long
    stage = load_model("fast").stages[0]
    padded = np.pad(encode_residues(long), stage.window // 2, constant_values=SPACER)
    logits = stage.networks[0](sliding_window_view(padded, stage.window)[None])[0]
    expected = stage.task.convert(stage.task.activate(logits), Structure())
    highest, second = np.sort(expected)[:, :-3:-1].T
    clear = highest - second > 1e-3
    assert clear.mean() > 0.99
    found = np.frombuffer(states.encode(), np.uint8)
    whole = np.frombuffer(STATES.decode(expected.argmax(axis=1)).encode(), np.uint8)
    np.testing.assert_array_equal(found[clear], whole[clear])


BAD = {
    "empty": ("", "{path}: is empty; give a FASTA file with one record or more"),
    "no sequence": (
        ">a\nMKT\n>b\n>c\nMKT\n",
        "{path}: record 2 (b): no sequence; "
        "add it, or use --on-invalid skip (leave the record out)",
    ),
    "digit": (
        ">a\nMKT\n>b some protein\nMK7T\n",
        "{path}: record 2 (b some protein): symbol '7' at position 3 is not a residue; correct it, "
        "or use --on-invalid mask (read it as X) or skip (leave the record out)",
    ),
    "gap": (
        ">a\nMK-T\n",
        "{path}: record 1 (a): symbol '-' at position 3 is a gap, so this is a row of an "
        "alignment; take the gaps out with --on-invalid degap, or end its name by .a3m to predict "
        "the first row with the others as its profile",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_said_in_one_line(ribbonet, tmp_path, case):
    text, message = BAD[case]
    path = tmp_path / "bad.fasta"
    path.write_text(text)
    done = ribbonet("predict", path)
    assert done.stderr.decode() == f"ribbonet: error: {message.format(path=path)}\n"
    assert done.returncode == 2


def test_not_fasta(ribbonet, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("These are notes.\n")
    done = ribbonet("predict", path)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"ribbonet: error: {path}: ")
    assert "FASTA" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_missing_file(ribbonet, tmp_path):
    done = ribbonet("predict", tmp_path / "none.fasta")
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"ribbonet: error: {tmp_path / 'none.fasta'}: ")
    assert done.stderr.decode().count("\n") == 1


def test_output_that_cannot_be_written(ribbonet, proteins, tmp_path):
    target = tmp_path / "none" / "out.3line"
    done = ribbonet("predict", proteins, "-o", target)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        f"ribbonet: error: {target}: cannot be written (No such file or directory); "
        "choose another place\n"
    )


def test_what_the_system_refuses_is_named(ribbonet):
    done = ribbonet("predict", "a" * 300)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        f"ribbonet: error: {'a' * 300}: cannot be used (File name too long)\n"
    )


def test_a_failed_run_leaves_the_old_output_as_it_was(ribbonet, tmp_path):
    bad, out = tmp_path / "bad.fasta", tmp_path / "out.3line"
    bad.write_text(">a\nMKT\n>b\nMK1\n")
    out.write_text("before")
    assert ribbonet("predict", bad, "-o", out).returncode == 2
    assert out.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(("choice", "expected"), [("mask", ["MKT", "MKX"]), ("skip", ["MKT"])])
def test_invalid_symbols_masked_or_skipped_on_request(ribbonet, tmp_path, choice, expected):
    path = tmp_path / "bad.fasta"
    path.write_text(">a\nMKT\n>b\nMK1\n")
    done = ribbonet("predict", path, "--on-invalid", choice, "--quiet")
    assert done.returncode == 0
    assert [sequence for _, sequence, _ in records(done.stdout)] == expected
    *listed, counted = done.stderr.decode().splitlines()
    assert counted.startswith(f"ribbonet: warning: {path}: 1 ")
    left_out = "record 2 (b) is left out: symbol '1' at position 3 is not a residue"
    assert listed == ([f"ribbonet: warning: {left_out}"] if choice == "skip" else [])


def test_a_sequence_that_is_states_is_warned_of(ribbonet):
    done = ribbonet("predict", "--sequence", "CCHHHHHHHHHHHHHCCCCEEEEEEECCC", "--quiet")
    assert done.returncode == 0
    assert b"warning: sequence: 1 record looks like states, read as residues" in done.stderr


def test_neither_or_both_of_file_and_sequence(ribbonet, proteins):
    message = b"ribbonet: error: give either FASTA files (- is standard input) or --sequence\n"
    for args in ((), (proteins, "--sequence", "MKT")):
        done = ribbonet("predict", *args)
        assert (done.returncode, done.stderr) == (2, message)


def test_unknown_model(ribbonet, proteins):
    done = ribbonet("predict", proteins, "--model", "fats")
    assert done.returncode == 2
    assert b"fats: no such model; give one of " in done.stderr


def test_a_closed_pipe_is_no_error_message(proteins):
    many = proteins.with_name("many.fasta")
    many.write_text(proteins.read_text() * 2000)
    command = f"{sys.executable} -m ribbonet predict --model fast {many} | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, check=True)
    assert done.stdout == b">one first protein\n"
    assert done.stderr == b""


def test_the_longest_chain_is_the_users_to_choose(tmp_path):
    path = tmp_path / "in.fasta"
    path.write_text(f">a\n{'MKTAYIAKQR' * 3}\n>b\nMKT\n")
    command = [sys.executable, "-m", "ribbonet", "predict", path, "--model", "fast"]
    for limit, code in (("29", 2), ("30", 0)):
        done = subprocess.run(
            [*command, "--max-length", limit], capture_output=True, text=True, check=False
        )
        assert (done.returncode, "record 1 (a): more than 29 residues" in done.stderr) == (
            code,
            code == 2,
        )
    skipped = [*command, "--max-length", "29", "--on-invalid", "skip"]
    assert subprocess.run(skipped, capture_output=True, check=True).stdout.startswith(b">b\n")


def test_a_figure_looks_as_its_options_say(ribbonet, tmp_path):
    out = tmp_path / "out.svg"
    options = ("--width=90", "--wrap=20", "--colours=classic", "--no-legend", "--no-numbers")
    tracks = ("--track=ribbon", "--track=charge")
    ribbonet("predict", "--model=fast", f"--sequence={PEPTIDE}", f"-o{out}", *options, *tracks)
    expected = predict(PEPTIDE, model="fast", id="sequence").to_svg(
        width=90,
        wrap=20,
        colours="classic",
        legend=False,
        numbers=False,
        tracks=("ribbon", "charge"),
    )
    assert out.read_text() == expected
    done = ribbonet("predict", f"--sequence={PEPTIDE}", "--width=90")
    assert done.returncode == 2
    assert b".3line is no figure" in done.stderr
