"""NETtalk: the ancestor."""

from __future__ import annotations

from ribbonet.lessons.question import Draw, Task
from ribbonet.lessons.words import WORDS


def window(draw: Draw) -> Task:
    """Write a window of a word."""
    word = draw.one_of([own for own in WORDS if len(own) >= 5])
    place = draw.one_of(range(1, len(word) + 1))
    padded = f"___{word}___"
    answer = padded[place - 1 : place + 6]
    return Task(
        f"Which seven letters does the network see when it is asked for the sound of letter number "
        f"{place} (counted from 1) of *{word}*? Write `_` beyond the ends of the word.",
        answer,
        f"{answer}: three before, the letter, three after.",
        ("The letter stands in the middle.",),
        {"That is one letter too far.": padded[place : place + 7]},
    )


def inputs(draw: Draw) -> Task:
    """Count the parameters of a reading network."""
    width, symbols = draw.one_of([5, 7, 9, 11]), draw.one_of([27, 29, 30])
    hidden, sounds = draw.one_of([20, 40, 60, 80, 120]), draw.one_of([26, 40, 52, 54])
    number = width * symbols * hidden + hidden + hidden * sounds + sounds
    return Task(
        f"A network reads windows of {width} letters, one-hot of {symbols} symbols, with "
        f"{hidden} hidden "
        f"units and {sounds} sounds. How many parameters has it, biases included?",
        number,
        f"{width}·{symbols}·{hidden} + {hidden} + {hidden}·{sounds} + {sounds} = {number}.",
        (f"There are {width * symbols} inputs.",),
        {"The biases are missing.": number - hidden - sounds},
    )


EXERCISES = (window, inputs)
