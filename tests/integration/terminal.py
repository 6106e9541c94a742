"""A person at a terminal: runs a command on a pseudo-terminal of its own, and types.

    terminal.py SCRIPT COMMAND…     exits 0 where everything came as the script says

Each line of SCRIPT is one step:

    type TEXT       writes it, with a line feed; \\xHH is a byte, and then no line feed follows
    expect REGEX    waits until what has come since the last match matches
    until COMMAND   waits until the shell command succeeds
    end STATUS      waits for the end of the command, which is with this status
    hang up         takes the terminal away
"""
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

PATIENCE_S = 20


class Terminal:
    def __init__(self, command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            for number in signal.SIGPIPE, signal.SIGXFSZ:  # which Python ignores
                signal.signal(number, signal.SIG_DFL)
            os.execvp(command[0], command)
        self.seen, self.all = "", ""

    def read(self, seconds):
        """Whether something came."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            text = os.read(self.fd, 65536).decode("utf-8", "replace")
        except OSError:
            text = ""  # the last process at the terminal has ended
        self.seen += text
        self.all += text
        return bool(text)

    def do_type(self, text):
        if re.fullmatch(r"(\\x[0-9a-f]{2})+", text):
            text = bytes.fromhex(text.replace("\\x", "")).decode("latin-1")
        else:
            text += "\n"
        os.write(self.fd, text.encode())

    def do_expect(self, pattern):
        end = time.monotonic() + PATIENCE_S
        while not (found := re.search(pattern, self.seen)):
            if not self.read(max(0, end - time.monotonic())) or time.monotonic() > end:
                raise SystemExit(f"did not come: {pattern}\n{self.all}")
        self.seen = self.seen[found.end():]

    def do_until(self, command):
        end = time.monotonic() + PATIENCE_S
        while subprocess.run(command, shell=True, check=False).returncode:
            self.read(0)
            if time.monotonic() > end:
                raise SystemExit(f"never succeeded: {command}\n{self.all}")
            time.sleep(0.05)

    def do_hang(self, _):
        os.close(self.fd)

    def do_end(self, status):
        end = time.monotonic() + PATIENCE_S
        while self.read(max(0, end - time.monotonic())) and time.monotonic() < end:
            pass
        while not (waited := os.waitpid(self.pid, os.WNOHANG))[0]:
            if time.monotonic() > end:
                raise SystemExit(f"does not end\n{self.all}")
            time.sleep(0.05)
        code = os.waitstatus_to_exitcode(waited[1])
        if code != int(status):
            raise SystemExit(f"ended with {code}, not {status}\n{self.all}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        steps = [line.rstrip("\n").split(" ", 1) for line in file if line.strip()]
    terminal = Terminal(sys.argv[2:])
    for verb, argument in steps:
        getattr(terminal, "do_" + verb)(argument)


main()
