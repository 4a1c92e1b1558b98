#!/usr/bin/env bash
# Homologues of the labelled, the validation and the unlabelled chains among the labelled and the
# unlabelled ones, by MMseqs2. Run after `pack.py choose`, from this folder: search.sh FOLDER
set -euo pipefail
here=$PWD
cd "$1"
labelled=$(grep -c '^>' labelled.fasta)   # the first chains of homologues.fasta
mmseqs createdb homologues.fasta db --shuffle 0 -v 1
mmseqs createindex db tmp -v 1            # once, not by each search
columns=query,target,fident,qstart,tstart,qaln,taln

# Most unlabelled chains have hundreds of homologues: 30 of them, drawn at random, are aligned. The
# others have few among hundreds of hits: the best 80.
for name in labelled valid unlabelled fresh; do
    case $name in
        unlabelled) most=(--most 30) ;;
        fresh) most=(--most 80 --best --score 20) ;;
        *) most=(--most 300 --best --score 0) ;;
    esac
    mmseqs createdb $name.fasta query-$name --shuffle 0 -v 1
    mmseqs prefilter query-$name db.idx prefilter-$name -s 4 --max-seqs 300 -v 1
    python "$here/pack.py" thin prefilter-$name thin-$name --labelled "$labelled" "${most[@]}"
    mmseqs align query-$name db thin-$name hits-$name -a -e 1e-3 -v 1
    mmseqs convertalis query-$name db hits-$name $name.m8 --format-output $columns -v 1
done
