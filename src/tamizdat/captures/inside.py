"""What runs in the browser's box beside it: it hands each connection of the browser out of the box, and does no more.

The box has a network of its own in which there is nothing but a loopback. Here something listens on it, as the
browser's proxy; a connection that is taken is sent, as a descriptor, to the process outside (``SCM_RIGHTS``, ``man 7
unix``), which speaks with it from there on. So nothing is copied in here, and there is no other way out: no route, no
name server, no UDP.

Run with the numbers of three descriptors (the socket to the outside, the browser's pipes in and out) and the browser's
command line. It ends when the browser does, and with it, as the first process of its namespace, all of the box.
"""

import fcntl
import os
import socket
import subprocess
import sys
import threading

PORT = 3128
ABOVE = 10  #: descriptors from here on are nobody's


def serve(control: socket.socket, listening: socket.socket) -> None:
    """Hand out connections until the outside is gone."""
    while True:
        connected, _ = listening.accept()
        with connected:
            try:
                socket.send_fds(control, [b"c"], [connected.fileno()])
            except OSError:
                return


def main(arguments: list[str]) -> None:
    """Start the browser with its pipes as descriptors 3 and 4, and hand out what it connects."""
    numbers = [fcntl.fcntl(int(each), fcntl.F_DUPFD, ABOVE) for each in arguments[:3]]
    for source, target in zip(numbers[1:], (3, 4), strict=True):
        os.dup2(source, target)
    control = socket.socket(fileno=numbers[0])
    listening = socket.create_server(("127.0.0.1", PORT), backlog=128)
    browser = subprocess.Popen(arguments[3:], pass_fds=(3, 4))

    def wait() -> None:
        os._exit(browser.wait() & 0xFF)

    threading.Thread(target=wait, daemon=True).start()
    serve(control, listening)


if __name__ == "__main__":
    main(sys.argv[1:])
