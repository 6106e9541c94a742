"""Sends a signal, and prints after how many milliseconds the last of some processes ended.

    kill.py SIGNAL PID PID…

The first PID gets the signal, a negative one as the process group that it is. Those behind it are waited
for, ten seconds at most, and looked at by the kernel's own notice of their end: neither the start of a
program nor a step of polling is in the time. A process that is gone already counts as ended.
"""
import os
import select
import signal
import sys
import time

LIMIT_S = 10


def main():
    number, target, pids = signal.Signals["SIG" + sys.argv[1]], int(sys.argv[2]), sys.argv[3:]
    poll, waited = select.poll(), 0
    for pid in pids:
        try:
            poll.register(os.pidfd_open(int(pid)), select.POLLIN)
            waited += 1
        except ProcessLookupError:
            pass
    began = time.monotonic()
    if target < 0:
        os.killpg(-target, number)
    else:
        os.kill(target, number)
    while waited:
        left = began + LIMIT_S - time.monotonic()
        ended = poll.poll(max(left, 0) * 1000)
        if not ended:
            break
        for fd, _ in ended:
            poll.unregister(fd)
            waited -= 1
    print(round((time.monotonic() - began) * 1000))


main()
