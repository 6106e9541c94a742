"""Processes of the simulated Aurora: started as the servers' user, and none outlives us.

Started by root, the servers run as another user, since PostgreSQL refuses root. Each process that
we start dies when the supervisor does, however that happens (PR_SET_PDEATHSIG), and what they
leave behind comes to us (PR_SET_CHILD_SUBREAPER), so that `end_all` finds every one of them.
"""
import ctypes
import os
import pwd
import signal
import subprocess
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True)


class Failed(Exception):
    """Something that could not be started, in words for the person who ran `up`."""


def adopt_orphans():
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with(parent, death=signal.SIGKILL):
    """For a child that is about to execute: the signal it gets when its parent ends."""
    _libc.prctl(PR_SET_PDEATHSIG, int(death), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def start(command):
    """A helper of ours, as our own user."""
    parent = os.getpid()
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True,
                            preexec_fn=lambda: die_with(parent))


class Account:
    """Whom the servers run as: the named user when we are root, else ourselves."""

    def __init__(self, name):
        self.popen, self.ids = {}, None
        if os.geteuid() == 0:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                raise Failed(f"no user '{name}' to run the servers as (see --user)") from None
            self.ids = entry.pw_uid, entry.pw_gid
            self.popen = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def give(self, *paths):
        """Makes files ours no more but the servers'."""
        for path in paths:
            if self.ids:
                os.chown(path, *self.ids)

    def start(self, command, folder, death=signal.SIGKILL, environment=None, **popen):
        parent = os.getpid()

        # The servers see nothing of the caller's environment (PGDATA, MYSQL_…, LD_PRELOAD).
        variables = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC",
                     "TMPDIR": folder, **(environment or {})}
        try:
            return subprocess.Popen(command, cwd=folder, env=variables, start_new_session=True,
                                    preexec_fn=lambda: die_with(parent, death), **self.popen,
                                    **popen)
        except (OSError, subprocess.SubprocessError) as fault:
            raise Failed(f"cannot start {command[0]}: {fault}") from None

    def run(self, command, folder, log, environment=None, **popen):
        """Runs to the end, output into the open file `log`; a failure ends everything."""
        process = self.start(command, folder, environment=environment,
                             stdout=popen.pop("stdout", log), stderr=log, **popen)
        if process.wait():
            raise Failed(f"{os.path.basename(command[0])} failed")

    def can_use(self, path, folder):
        """Whether the servers' user reaches a program (a checkout under /root is closed to it)."""
        return self.start(["test", "-x", path], folder).wait() == 0


def children():
    """Process ids of our living children, adopted ones included."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", "rb") as stat:
                fields = stat.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.append(int(entry))
    return found


def _reap():
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


def end_all(asked, patience):
    """Ends every child: those that were asked to end have `patience` seconds, others none."""
    limit = time.monotonic() + patience
    while True:
        _reap()
        left = children()
        if not left:
            return
        for pid in left:
            if pid not in asked or time.monotonic() >= limit:
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)
