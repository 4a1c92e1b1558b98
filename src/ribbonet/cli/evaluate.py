"""`ribbonet evaluate`: scores on labelled chains, a model's or another predictor's."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ribbonet.cli.options.labelled import (
    Coil,
    Invalid,
    OnInvalid,
    Task,
    TaskName,
    Unlabelled,
    warn,
    warn_of_one_state,
)
from ribbonet.cli.options.outputs import spare_inputs
from ribbonet.cli.options.sources import Arrays, Homologues, Msa, opened
from ribbonet.cli.options.templates import Chosen, TemplatesCommand, choice_of
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.chains.chain import Chain
    from ribbonet.evaluation.evaluate import Evaluation, Predictor

COLUMNS = {
    "q3": "Q3",
    "q_h": "Q_H",
    "q_e": "Q_E",
    "q_c": "Q_C",
    "q8": "Q8",
    "mcc_h": "MCC_H",
    "mcc_e": "MCC_E",
    "mcc_c": "MCC_C",
    "sov": "SOV",
    "ece": "ECE",
    "majority_q3": "majority",
}


COMMAND = TemplatesCommand
"""What parses the options."""


def command(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL DATA...",
            help="A shipped model or a folder made by train, and files of labelled chains; "
            "with --predictions: files or folders of predictions, and one file of labelled chains.",
        ),
    ],
    predictions: Annotated[
        bool,
        typer.Option(
            "--predictions",
            help="Score predictions in files (.ss2, .horiz, .csv, three-line, ...), not a model's.",
        ),
    ] = False,
    exclude: Annotated[
        list[Path] | None, typer.Option(help="A file of ids to leave out, one a line.")
    ] = None,
    task: Task = TaskName.AUTO,
    unlabelled: Unlabelled = None,
    coil: Coil = None,
    on_invalid: OnInvalid = Invalid.ERROR,
    compare: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL|FILE|FOLDER",
            help="Another model, or a file or folder of predictions, to compare with by paired "
            "tests.",
        ),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TRAIN",
            help="Chains that were trained on, without those of --exclude: Q3 by the identity to "
            "the nearest of them, by MMseqs2, and a warning of leakage.",
        ),
    ] = None,
    msa: Msa = None,
    homologues: Homologues = None,
    inputs: Arrays = None,
    templates: Chosen = None,
    max_identity: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=100,
            metavar="PERCENT",
            help="With --templates: pass over relatives more similar than this.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Write a page of charts, chains and scores, too."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
) -> None:
    """Score a model, or another predictor's files, on labelled chains."""
    from json import dumps

    from ribbonet.chains.alphabet import STATES8
    from ribbonet.chains.fasta import read_ids
    from ribbonet.chains.open import stem_of
    from ribbonet.evaluation.evaluate import (
        evaluate_chains,
        read_predictions,
        score_by_distance,
    )
    from ribbonet.evaluation.scores import compare as compare_states
    from ribbonet.models.inputs import check_source
    from ribbonet.models.library import load_model
    from ribbonet.models.model import Model
    from ribbonet.prediction.templates import find_templates
    from ribbonet.tasks.labels import LabelOptions, read_labelled, read_written
    from ribbonet.tasks.structure import Structure

    if len(files) < 2:
        what = "predictions" if predictions else "a model"
        raise InputError(f"give {what} and a file of labelled chains")
    if report is not None:
        spare_inputs(
            report, [*files, *(exclude or []), *(against or []), homologues, inputs, msa, compare]
        )
    *given, last = files
    if predictions:
        predictor: Predictor = read_predictions(given)
        name, data = stem_of(given[0]) if len(given) == 1 else "predictions", [last]
    else:
        known = msa is not None or homologues is not None
        predictor, name, data = load_model(files[0], profiles=known), files[0], files[1:]
    other = None if compare is None else _other(compare)
    options = LabelOptions(task.value, unlabelled, coil, on_invalid.value, warn)
    if isinstance(predictor, Model) and not isinstance(predictor.task, Structure):
        from ribbonet.cli.runs.task_scores import evaluate_files, read_files

        if against:
            raise InputError("--against is for secondary structure; leave it out")
        if other is not None and not isinstance(other, Model):
            raise InputError(f"{compare}: holds predictions; compare with a model")
        check_source(predictor.inputs, msa or homologues or inputs, name)
        read = read_files(predictor, data, exclude or [], options)
        every = [chain for own in read.values() for chain in own]
        with opened(lambda: every, msa, homologues, inputs) as source:
            evaluate_files(
                predictor,
                name,
                read,
                source,
                compare=None if other is None else (other, str(compare)),
                json=json,
                write_report=report,
            )
        return
    trained = read_labelled(against, exclude or [], options).chains if against else None
    # all are read before any is scored, which may take long
    whole = {
        path: read_labelled([path], exclude or [], options, STATES8).structure() for path in data
    }
    scores, evaluations = [], []

    def chains() -> list[Chain]:
        return [chain for path in data for chain in whole[path]]

    if excluded := set().union(*map(read_ids, exclude or [])):
        quiet = replace(options, on_warning=None)
        found = {c.id for path in [*data, *(against or [])] for c in read_written(path, quiet)}
        if unknown := len(excluded - found):
            sys.stderr.write(
                f"ribbonet: warning: {unknown:,} of the {len(excluded):,} ids of --exclude are "
                "those of no chain\n"
            )
    given_arrays = msa or homologues or inputs
    if isinstance(predictor, Model):
        check_source(predictor.inputs, given_arrays, name)
    elif templates is not None:
        raise InputError("--templates is for a model, not for predictions")
    elif given_arrays:
        raise InputError("--msa, --homologues and --inputs are for a model, not for predictions")
    if max_identity is not None and templates is None:
        raise InputError("--max-identity limits the relatives of --templates; give both")
    limit = 1.0 if max_identity is None else max_identity / 100
    used_templates = (
        find_templates(choice_of(templates), predictor, limit)
        if templates is not None and isinstance(predictor, Model)
        else None
    )
    with opened(chains, msa, homologues, inputs) as source:
        for path in data:
            evaluation = evaluate_chains(
                predictor, name, stem_of(path), whole[path], source, used_templates
            )
            score = evaluation.scores
            if other is not None and compare is not None:
                reads = isinstance(other, Model) and other.inputs != "sequence"
                used = source if reads else None
                second = evaluate_chains(other, compare, stem_of(path), whole[path], used)
                tests = compare_states(evaluation.chains, evaluation.states, second.states)
                score["compared"] = {"with": compare, "q3": second.scores["q3"], **tests}
            if trained is not None:
                score.update(score_by_distance(evaluation, trained))
                _warn_of_leakage(score)
            if json:
                sys.stdout.write(dumps(score) + "\n")
                sys.stdout.flush()
            warn_of_one_state(score, score["data"])
            scores.append(score)
            evaluations.append(evaluation)
    if report is not None:
        _write_report(report, evaluations)
    if not json:
        _print_table(scores)


def _write_report(path: Path, evaluations: list[Evaluation]) -> None:
    from ribbonet.evaluation.report import report
    from ribbonet.system.atomic import atomic_write

    with atomic_write(path) as file:
        file.write(report(evaluations))
    sys.stderr.write(f"ribbonet: the report is in {path}\n")


def _other(name: str) -> Predictor:
    from ribbonet.evaluation.evaluate import read_predictions
    from ribbonet.models.library import load_model, shipped_models

    path = Path(name)
    if (
        name in shipped_models(profiles=True)
        or (path / "model.json").is_file()
        or not path.exists()
    ):
        return load_model(name)
    return read_predictions([path])


def _print_table(scores: list[dict[str, Any]]) -> None:
    columns = {key: name for key, name in COLUMNS.items() if any(key in own for own in scores)}
    rows = [["data", "chains", "residues", *columns.values(), "95 % of Q3"]]
    for score in scores:
        low, high = score["q3_ci95"]
        interval = f"{low:.1f} to {high:.1f}" if score["chains"] > 1 else "-"
        values = [_shown(key, score.get(key)) for key in columns]
        counts = [f"{score['chains']:,}", f"{score['residues']:,}"]
        rows.append([score["data"], *counts, *values, interval])
    _print_columns(rows)
    for score in scores:
        sys.stdout.write(f"\n{score['data']}: true states (rows) and predicted states (columns)\n")
        confusion = zip("HEC", score["confusion"], strict=True)
        _print_columns([["", *"HEC"], *([state, *map(str, row)] for state, row in confusion)])
        if "by_relative" in score:
            _print_relatives(score)
        if "by_identity" in score:
            _print_distances(score)
        if "compared" in score:
            _print_comparison(score)


def _warn_of_leakage(score: dict[str, Any]) -> None:
    leaked = score["leaked"]["chains"]
    if not leaked:
        return
    worst = max(leaked, key=lambda chain: float(chain["identity"]))
    sys.stderr.write(
        f"ribbonet: warning: {score['data']}: leakage: {len(leaked):,} of {score['chains']:,} "
        f"chains have {score['leaked']['identity']:.0f} % identity or more to a training chain, "
        f"{worst['id']} has {worst['identity']:.0f} % to {worst['nearest']}; "
        f"Q3 without them {_shown('q3', score['leaked']['q3_without'])}\n"
    )


def _print_distances(score: dict[str, Any]) -> None:
    sys.stdout.write(f"\n{score['data']}: Q3 by identity to the nearest training chain\n")
    rows = [["identity", "chains", "residues", "Q3"]]
    for group in score["by_identity"]:
        name = "none found"
        if group["from"] is not None:
            name = f"{group['from']:.0f} % to {group['below'] or 100:.0f} %"
        counts = [f"{group['chains']:,}", f"{group['residues']:,}"]
        rows.append([name, *counts, _shown("q3", group["q3"])])
    _print_columns(rows)


def _print_relatives(score: dict[str, Any]) -> None:
    limit = f", those above {score['max_identity']:.0f} % passed over"
    sys.stdout.write(
        f"\n{score['data']}: Q3 by identity of the nearest relative of known structure"
        f"{limit if score['max_identity'] < 100 else ''}\n"
    )
    rows = [["identity", "residues", "Q3"]]
    for group in score["by_relative"]:
        name = "no relative"
        if group["from"] is not None:
            name = f"{group['from']:.0f} % to {group['below'] or 100:.0f} %"
        rows.append([name, f"{group['residues']:,}", _shown("q3", group["q3"])])
    _print_columns(rows)


def _print_comparison(score: dict[str, Any]) -> None:
    tests = score["compared"]
    low, high = tests["difference_ci95"]
    sys.stdout.write(
        f"\n{score['data']}: Q3 {tests['difference']:+.2f} over {tests['with']} "
        f"({tests['q3']:.1f}), 95 % from {low:+.2f} to {high:+.2f}; better on {tests['better']} "
        f"chains, worse on {tests['worse']}; p = {tests['p_permutation']:.2g} (permutation), "
        f"{tests['p_wilcoxon']:.2g} (Wilcoxon)\n"
    )


def _print_columns(rows: list[list[str]]) -> None:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        first, *others = (text.rjust(width) for text, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join([first.strip().ljust(widths[0]), *others]) + "\n")


def _shown(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if key.startswith(("mcc", "ece")) else f"{value:.1f}"
