"""`ribbonet serve`: the page."""

from __future__ import annotations

import socket
import sys
from typing import Annotated

import typer

from ribbonet.cli.predict import one_thread_a_process
from ribbonet.errors import InputError

GRACE = 3
"""Seconds that what is under way has when the page is ended."""


def command(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where to listen; 0 is any that is free.")
    ] = 8765,
    host: Annotated[
        str, typer.Option(help="Address to listen at; by default this machine alone.")
    ] = "127.0.0.1",
    open: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Serve the page on which to predict, play and look inside, until it is interrupted."""
    one_thread_a_process()
    try:
        import uvicorn

        from ribbonet.web.app import create_app
        from ribbonet.web.limits import Limits
    except ImportError as error:
        raise InputError(
            f"the page needs {error.name}; add it by: pip install 'ribbonet[web]'"
        ) from None
    import webbrowser

    with _listening(host, port) as listener:
        place = f"[{host}]" if ":" in host else host
        url = f"http://{place}:{listener.getsockname()[1]}/"
        limits = Limits()
        config = uvicorn.Config(
            create_app(limits),
            log_level="warning",
            ws_max_size=limits.body,
            timeout_graceful_shutdown=GRACE,
        )
        sys.stderr.write(f"ribbonet: the page is at {url} (end by Ctrl-C)\n")
        sys.stderr.flush()
        if open:
            webbrowser.open(url)
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            raise typer.Exit(130) from None


def _listening(host: str, port: int) -> socket.socket:
    """Listen from now on; a browser that is quicker than the server waits."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise InputError(
            f"cannot listen at {host}, port {port} ({error.strerror}); "
            "give another --port (0 is any that is free) or --host"
        ) from None
