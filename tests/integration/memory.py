"""Whether a text is in the memory of a process; for root.

    memory.py PID        the text comes on standard input. Exits 0 where it is there, 1 where not, 2
                         where the memory cannot be read
"""
import sys

BLOCK = 1 << 20


def regions(pid):
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        for line in maps:
            span, rights, *_ = line.split(" ")
            if "r" in rights and not line.rstrip().endswith(("[vvar]", "[vsyscall]")):
                start, end = (int(number, 16) for number in span.split("-"))
                yield start, end


def holds(pid, text):
    """Whether the text is there, and how many bytes were searched."""
    searched = 0
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end in regions(pid):
            before = b""
            while start < end:
                memory.seek(start)
                try:
                    block = memory.read(min(BLOCK, end - start))
                except OSError:
                    break  # a mapping behind whose end the file is over
                searched += len(block)
                if text in before + block:
                    return True, searched
                before, start = block[-len(text):], start + len(block)
    return False, searched


def main():
    text = sys.stdin.buffer.read()
    try:
        found, searched = holds(int(sys.argv[1]), text)
    except OSError as fault:
        sys.exit(f"{fault}")
    return 0 if found else 1 if searched else 2


sys.exit(main())
