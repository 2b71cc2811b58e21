"""The socket that the web server gets, or a sentence on why there is none."""

import errno
import socket


class CannotStart(Exception):
    """What stands in the way of a start, and what to do about it, in a sentence."""


def listen(host: str, port: int) -> socket.socket:
    """One that listens there; port 0 is any that is free. Raises CannotStart."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(128)
        except OSError:
            listening.close()
            raise
    except OSError as error:
        raise CannotStart(_no_port(host, port, error)) from error
    return listening


def _no_port(host: str, port: int, error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return f"HOST = {host}: no such host is known; 127.0.0.1 is this machine alone"
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is in use: stop what uses it, or set PORT to another one "
            "(0: any that is free)"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} is kept for the system: set PORT to 1024 or above"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST = {host} is no address of this machine; 127.0.0.1 is this machine alone"
    return f"cannot listen on {host} port {port}: {error.strerror}"
