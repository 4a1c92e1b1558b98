#!/usr/bin/env bash
# Homologues of the labelled, the validation and the unlabelled chains among the unlabelled ones, by
# MMseqs2. Run after `pack.py choose`, from this folder: search.sh FOLDER
set -euo pipefail
here=$PWD
cd "$1"
mmseqs createdb homologues.fasta db -v 1
columns=query,target,qstart,qend,qaln,taln
common=(-e 1e-3 -v 1)

for name in labelled valid; do
    mmseqs createdb $name.fasta query-$name -v 1
    mmseqs search query-$name db hits-$name tmp-$name -s 4.5 --max-seqs 300 -a "${common[@]}"
    mmseqs convertalis query-$name db hits-$name $name.m8 --format-output $columns -v 1
done

# Most unlabelled chains have hundreds of homologues: 30 of them, drawn at random, are aligned. Fresh
# ones have few among hundreds of hits: the best 80.
for name in unlabelled fresh; do
    if [ $name = fresh ]; then sensitivity=4 most=(--most 80 --best --score 20)
    else sensitivity=4.5 most=(--most 30); fi
    mmseqs createdb $name.fasta query-$name -v 1
    mmseqs prefilter query-$name db prefilter-$name -s $sensitivity --max-seqs 300 -v 1
    python "$here/pack.py" thin prefilter-$name thin-$name "${most[@]}"
    mmseqs align query-$name db thin-$name hits-$name -a "${common[@]}"
    mmseqs convertalis query-$name db hits-$name $name.m8 --format-output $columns -v 1
done
