"""`python -m ribbonet`: the command line."""

from ribbonet.cli import main

main()
