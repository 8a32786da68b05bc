"""Free TCP ports on the loopback address, below those that the system hands out by itself."""

import random
import socket

LOW, HIGH = 12_000, 32_000


def free_port() -> int:
    """A port that was free a moment ago; so was the next one, which a sandbox may take."""
    while True:
        port = random.randrange(LOW, HIGH)
        if _free(port) and _free(port + 1):
            return port


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
