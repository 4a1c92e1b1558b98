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

# Most unlabelled chains have hundreds of homologues: 30 of them, drawn at random, are aligned.
mmseqs createdb unlabelled.fasta query-unlabelled -v 1
mmseqs prefilter query-unlabelled db pref_0 -s 4.5 --max-seqs 300 -v 1
python "$here/pack.py" thin pref_0 thin --most 30
mmseqs align query-unlabelled db thin hits-unlabelled -a "${common[@]}"
mmseqs convertalis query-unlabelled db hits-unlabelled unlabelled.m8 --format-output $columns -v 1
