"""A lesson as HTML for the room Learn, made when the lessons are built, never when they are read.

Formulas become MathML (latex2mathml), code is coloured (Pygments); of both only the result comes
in the package.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ribbonet.lessons.running import Shown
from ribbonet.lessons.source import Lesson

_CODE = re.compile(r"(`[^`\n]+`)")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$]+?)\$", re.DOTALL)
_ID = re.compile(r'id="([\w-]+)"|url\(#([\w-]+)\)')


def page(lesson: Lesson, shown: Mapping[int, Shown]) -> str:
    """Return the content of a lesson's page, from its first heading on.

    Parameters
    ----------
    lesson : Lesson
    shown : mapping
        What `running.run` returned.
    """
    parts = []
    for place, cell in enumerate(lesson.cells):
        if cell.kind == "prose":
            parts.append(_prose(cell.text))
        elif cell.kind == "code":
            parts.append(_code(cell.text))
            parts += _shown(shown[place], place)
        elif cell.kind == "live":
            state, words, opens = cell.live
            text, state = escape(words), escape(state, quote=True)
            head = f'<a href="#{state}">{text}</a>' if opens else f"<h3>{text}</h3>"
            parts.append(f'<div class="live card" data-live="{state}">{head}</div>')
        else:
            parts.append(f'<div class="exercise" data-exercise="{escape(cell.text)}"></div>')
    return "\n".join(parts) + "\n"


def _prose(text: str) -> str:
    """Return prose as HTML: Markdown, in which formulas stand between dollars."""
    from latex2mathml.converter import convert

    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        block, line = match.groups()
        formula = convert(block or line, display="block" if block else "inline")
        kept.append(f'<span class="formula" tabindex="0">{formula}</span>' if block else formula)
        return f"\x02{len(kept) - 1}\x03"

    # what stands in `code` is not a formula
    pieces = [p if n % 2 else _FORMULA.sub(keep, p) for n, p in enumerate(_CODE.split(text))]
    html: str = MarkdownIt().enable("table").render("".join(pieces))
    html = re.sub("\x02(\\d+)\x03", lambda match: kept[int(match[1])], html)
    html = html.replace("<table>", '<div class="table" tabindex="0"><table>')
    return html.replace("</table>", "</table></div>").strip()


def _code(text: str) -> str:
    coloured: str = highlight(text, PythonLexer(), HtmlFormatter(nowrap=True))
    return f'<pre class="code" tabindex="0"><code>{coloured.strip()}</code></pre>'


def _shown(shown: Shown, place: int) -> list[str]:
    """Return what a cell shows; a picture stands for its text."""
    parts = []
    text = shown.printed + ("" if shown.svg or shown.html else shown.text)
    if text.strip():
        parts.append(f'<pre class="shown" tabindex="0">{escape(text.rstrip(), quote=False)}</pre>')
    if shown.svg:
        # ids are the whole page's

        def own(match: re.Match[str]) -> str:
            defined, used = match.groups()
            return f'id="{defined}-{place}"' if defined else f"url(#{used}-{place})"

        parts.append(f'<figure tabindex="0">{_ID.sub(own, shown.svg).strip()}</figure>')
    return parts
