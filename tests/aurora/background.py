"""A program that serves in the background: its ports, and until when it lives."""
import os
import resource
import select
import selectors
import socket
import threading

OWN_POLL_S = 0.5


def listen(where="127.0.0.1:0"):
    host, _, port = where.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, int(port)), family=family, backlog=128)


def url(listener):
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def many_descriptors():
    """As many as this machine allows us: a listener each takes one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def owner_of(text):
    """A descriptor of the process whose end is ours; None for "none"."""
    return None if text == "none" else os.pidfd_open(int(text))


def detach():
    """The caller goes on, and nothing that it waits for is kept open."""
    if os.fork():
        os._exit(0)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)


def accept_for(services):
    """services: listener -> service. Each connection has a thread."""
    ready = selectors.DefaultSelector()
    for listener, service in services.items():
        listener.setblocking(False)
        ready.register(listener, selectors.EVENT_READ, service)
    while True:
        for key, _ in ready.select():
            try:
                connection, _ = key.fileobj.accept()
            except OSError:
                continue  # it has gone meanwhile
            connection.setblocking(True)
            threading.Thread(target=key.data.talk, args=[connection], daemon=True).start()


def serve(services, owner, folder):
    """Ends this process when the owner has ended or the folder is not the one that it is now."""
    threading.Thread(target=accept_for, args=[services], daemon=True).start()
    inode = os.stat(folder).st_ino
    poll = select.poll()
    if owner is not None:
        poll.register(owner, select.POLLIN)
    while not poll.poll(OWN_POLL_S * 1000):
        try:
            if os.stat(folder).st_ino != inode:
                break
        except OSError:
            break
    os._exit(0)
