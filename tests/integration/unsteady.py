"""A way to a server that is not steady: what a database that starts or fails over looks like, or worse.

    unsteady.py DIR PORT GOOD BAD KIND [STEP]

forwards to 127.0.0.1:PORT and prints the port that it listens on. The first GOOD connections pass, the
next BAD ones meet KIND, and all after those pass again:

    close    closed at once
    reset    reset at once
    cut      closed behind some of the server's bytes: STEP for the first, two STEPs for the next, …
    stall    quiet from there on
    flip     all bits of that byte are turned

It ends with the simulated Aurora in DIR.
"""
import itertools
import os
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../aurora"))
from helpers import detach, listen, serve, supervisor_of  # noqa: E402

STALL_S = 60


def pump(source, sink, kind="", place=0):
    """One direction, to its end, or to its place."""
    passed = 0
    try:
        while data := source.recv(65536):
            here = place - passed
            passed += len(data)
            if kind and 0 <= here < len(data):
                if kind == "flip":
                    data = data[:here] + bytes([data[here] ^ 0xFF]) + data[here + 1:]
                else:
                    sink.sendall(data[:here])
                    if kind == "stall":
                        time.sleep(STALL_S)
                    break
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR if kind else socket.SHUT_WR)
    except OSError:
        pass  # the other direction sees it, too


def main():
    folder, (port, good, bad), kind = sys.argv[1], map(int, sys.argv[2:5]), sys.argv[5]
    step = int(sys.argv[6]) if sys.argv[6:] else 0
    supervisor, listener, numbers = supervisor_of(folder), listen(), itertools.count(-good)
    listener.listen(256)
    detach([listener], supervisor)

    def handle(client):
        number = next(numbers)
        fault = kind if 0 <= number < bad else ""
        if fault == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if fault in ("reset", "close"):
            return
        with socket.create_connection(("127.0.0.1", port)) as server:
            back = threading.Thread(target=pump, args=[server, client, fault, number * step],
                                    daemon=True)
            back.start()
            pump(client, server)
            back.join()

    serve(listener, handle)


main()
