"""For the helpers of a simulated Aurora: they read its names, and those that listen end with it."""
import fcntl
import os
import select
import shlex
import socket
import sys
import threading


def environment(folder):
    """DIR/env as a dictionary, names without the leading AURORA_."""
    try:
        with open(os.path.join(folder, "env"), encoding="utf-8") as file:
            words = shlex.split(file.read())
    except OSError:
        sys.exit(f"{os.path.basename(sys.argv[0])}: no simulated Aurora in {folder}")
    return dict(word.removeprefix("AURORA_").split("=", 1) for word in words)


def supervisor_of(folder):
    """Two descriptors: one that becomes readable when the Aurora in DIR ends, and a shared lock
    that `down` sees freed when the last helper has ended."""
    try:
        with open(os.path.join(folder, "pid"), encoding="ascii") as file:
            supervisor = os.pidfd_open(int(file.read()))
        lock = os.open(os.path.join(folder, "helpers"), os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_SH)
        return supervisor, lock
    except (OSError, ValueError):
        sys.exit(f"{os.path.basename(sys.argv[0])}: no simulated Aurora in {folder}")


def listen(path=None, address="127.0.0.1"):
    """On a free port of this machine alone, or on a unix socket."""
    if path:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
    else:
        listener = socket.socket()
        listener.bind((address, 0))
    listener.listen(64)
    return listener


def door(listener):
    """Where it listens, for the caller to print: a port, or a path."""
    name = listener.getsockname()
    return name if listener.family == socket.AF_UNIX else name[1]


def detach(listeners, supervisor):
    """Prints where they listen and leaves the caller; returns in the background process."""
    if os.fork():
        print(*map(door, listeners), sep="\n", flush=True)
        os._exit(0)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    kept = {listener.fileno() for listener in listeners}
    for fd in map(int, os.listdir("/proc/self/fd")):
        if fd not in (*kept, null, *supervisor):
            try:
                os.dup2(null, fd) if fd <= 2 else os.close(fd)
            except OSError:
                pass  # the descriptor of the listing itself

    def watch():
        select.select([supervisor[0]], [], [])
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def serve(listener, handle):
    """Calls handle(connection) in a thread for each client, for ever."""
    def guarded(connection):
        with connection:
            try:
                handle(connection)
            except OSError:
                pass  # gone: the client's end, or a reset

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=guarded, args=[connection], daemon=True).start()
