"""`ribbonet serve`: the page."""

from __future__ import annotations

import socket
import sys
from ipaddress import ip_address
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Annotated

import typer

from ribbonet.cli.predict import one_thread_a_process
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.web.server.guard import Access

SWITCH = 0.0001
"""Seconds that a thread may run Python after another has asked to; by default fifty times as long.

A prediction asks hundreds of times, beside threads that train, or import Numba.
"""


def command(
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, metavar="NUMBER", help="Port to listen on; 0 chooses a free one."
        ),
    ] = 8765,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="Address to listen on; by default that of this machine alone."
        ),
    ] = "127.0.0.1",
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A host name under which browsers may ask for the page, such as that of a "
            "reverse proxy; repeat it for several.",
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FOLDER",
            help="A model made by train, of secondary structure, classes or values from sequences, "
            "offered beside the shipped ones; repeat it for several. The first is selected at the "
            "start.",
        ),
    ] = None,
    open: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Serve the web page: predict, train networks, look inside them.

    Ctrl-C ends it.
    """
    one_thread_a_process()
    try:
        import uvicorn  # noqa: F401  # the others import it later

        from ribbonet.web.app import create_app
        from ribbonet.web.predict.models import load_named
        from ribbonet.web.server.connections import make_server
        from ribbonet.web.server.limits import Limits
    except ImportError as error:
        raise InputError(
            f"the page needs {error.name}; add it by: pip install 'ribbonet[web]'"
        ) from None
    import webbrowser

    from ribbonet.models import shipped_models

    models = load_named(model or [], taken=shipped_models())
    with _listening(host, port) as listener:
        access = _access(host, listener, allow_host or [])
        url = _url(host, listener, access.token)
        limits = Limits()
        server = make_server(create_app(limits, access, models), limits)
        sys.stderr.write(f"ribbonet: the page is at {url} (end by Ctrl-C)\n")
        if access.token:
            sys.stderr.write(
                "ribbonet: others can reach it through the network; only who has the token in its "
                "address may use it, and what is sent is not encrypted\n"
            )
        sys.stderr.flush()
        if open:
            webbrowser.open(url)
        sys.setswitchinterval(SWITCH)
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            raise typer.Exit(130) from None


def _listening(host: str, port: int) -> socket.socket:
    """Listen from now on; a browser that is quicker than the server waits."""
    if not host.strip():
        raise InputError("--host is empty; give an address, such as 127.0.0.1 for this machine")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no address"
        raise InputError(
            f"cannot listen at {host}, port {port} ({reason}); "
            "give another --port (0 is any that is free) or --host"
        ) from None


def _access(host: str, listener: socket.socket, allowed: list[str]) -> Access:
    """Decide who is served: this machine, or with a token whoever can reach it."""
    from ribbonet.web.server.guard import Access

    names = frozenset(name.strip().lower().removesuffix(".") for name in allowed)
    if ip_address(listener.getsockname()[0]).is_loopback:
        return Access(names | {"localhost", host.lower()})
    own = {"localhost", host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}
    return Access(names | own, any_address=True, token=token_urlsafe(24))


def _url(host: str, listener: socket.socket, token: str) -> str:
    """Return the address of the page."""
    address, port, *_ = listener.getsockname()
    if ip_address(address).is_unspecified:  # all addresses; browsers open one
        host = socket.gethostname()
    place = f"[{host}]" if ":" in host else host
    return f"http://{place}:{port}/" + (f"?token={token}" if token else "")
