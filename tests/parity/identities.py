#!/usr/bin/python3 -sB
"""Compares who rdspass and AWS's Python take themselves for, and which calls they make for it.

    identities.py RDSPASS SEED COUNT [--only NUMBER] [--processes N] [--docs FILE]

Runs each case (identity_cases.py) once for rdspass, the AWS CLI's session and botocore's, each in
a copy of the case's home directory and with a Recorder of its own. What must be the same: the key
id, when it ends, the calls in their order with their arguments, signer, region and host; or else
the kind of error. What differs is in the table of identity_differences.py, or a failure.

Prints TAP. --only shows one case with everything that was seen; --processes runs the first N cases
by the real command of the AWS CLI, too; FILE is the page that must list the known differences.
It needs a network of its own, with 169.254.170.2 in it.
"""
import argparse
import collections
import itertools
import json
import os
import pathlib
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import identity_cases
import recorder
from identity_differences import ROWS, known_difference

WORKERS, SHOWN = 3, int(os.environ.get("RP_SHOWN", "10"))
AWS = "/usr/bin/aws"
PEERS = ("cli", "botocore")
# The kind of an error: rdspass has it as its exit status, AWS's Python by class or message.
KINDS = {3: "configuration", 4: "none", 5: "unusable", 6: "network"}
PEER_CLASSES = {
    "NoCredentialsError": "none",
    "InvalidConfigError": "configuration", "ProfileNotFound": "configuration",
    "ConfigParseError": "configuration", "NoRegionError": "configuration",
    "PartialCredentialsError": "partial",
    "CredentialRetrievalError": "unusable", "ClientError": "unusable", "SSOError": "unusable",
    "RuntimeError": "unusable", "FileNotFoundError": "unusable", "JSONDecodeError": "unusable",
    "TokenRetrievalError": "unusable", "EOFError": "unusable",
}
PEER_MESSAGES = {
    r"No credentials found in credential_source": "none",
    r"Unsupported host": "configuration",
    r"Invalid endpoint": "configuration",
}


class Peer:
    """A process of identity_peer.py: one request at a time."""

    def __init__(self, kind):
        self.process = subprocess.Popen(
            ["/usr/bin/python3", "-sB", str(pathlib.Path(__file__).parent / "identity_peer.py"), kind],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)

    def ask(self, request):
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Stage:
    """What all runs share: the folder, certificates, the moment, the peers that are free."""

    def __init__(self, folder, rdspass):
        self.folder, self.rdspass = pathlib.Path(folder), os.path.abspath(rdspass)
        self.ca_file, *pair = recorder.make_certificates(self.folder)
        self.context = recorder.context(*pair)
        self.started = int(time.time())
        self.relative, self.numbers = recorder.Relative(), itertools.count()
        self.peers = {kind: queue.SimpleQueue() for kind in PEERS}
        self.all_peers = []
        for kind in PEERS * WORKERS:
            self.all_peers.append(Peer(kind))
            self.peers[kind].put(self.all_peers[-1])

    def close(self):
        for peer in self.all_peers:
            peer.close()

    def filled(self, text, run):
        text = text.replace("@HOME@", str(run.home)).replace("@URL@", run.url).replace("@RUN@", run.name)
        return re.sub(r"@TIME([+-]\d+)@", lambda found: time.strftime(
            "%Y-%m-%dT%H:%M:%S", time.gmtime(self.started + int(found[1]))), text)


class Run:
    """One case for one program: home directory, Recorder, environment."""

    def __init__(self, stage, case):
        self.stage, self.name = stage, str(next(stage.numbers))
        self.home = stage.folder / self.name
        self.recorder = recorder.Recorder(recorder.Answers(stage.started), stage.context)
        self.url = f"http://127.0.0.1:{self.recorder.port}"
        stage.relative.runs[self.name] = self.recorder
        self.home.mkdir(mode=0o700)
        for path, text in case["files"].items():
            file = self.home / path
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.write_text(stage.filled(text, self))
            file.chmod(0o600)
        self.env = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "LC_ALL": "C.UTF-8",
                    "HTTPS_PROXY": self.url, "AWS_CA_BUNDLE": str(stage.ca_file)}
        self.env.update({name: stage.filled(value, self) for name, value in case["env"].items()})

    def told(self, text):
        """What a run knows of itself, as every run has it."""
        text = text.replace(str(self.home), "@HOME@").replace(self.url, "@URL@")
        return text.replace(f"/{self.name}/v2/", "/@RUN@/v2/")

    def close(self):
        self.recorder.close()
        del self.stage.relative.runs[self.name]
        shutil.rmtree(self.home)
        return json.loads(self.told(json.dumps(self.recorder.calls)))


def by_peer(stage, kind, case):
    run = Run(stage, case)
    peer = stage.peers[kind].get()
    try:
        found = peer.ask({"env": run.env, "profile": case["profile"], "region": case["region"]})
    finally:
        stage.peers[kind].put(peer)
    return peer_result(found, run)


def peer_result(found, run):
    classes = found.get("error", [])
    seen = {"calls": run.close(), "said": run.told(found.get("message", "")), "classes": classes}
    if not classes:
        return seen | {"key": found["key"], "expires": found["expires"], "source": found["source"]}
    kinds = [kind for words, kind in PEER_MESSAGES.items() if re.search(words, seen["said"])]
    kinds += [PEER_CLASSES[name] for name in classes if name in PEER_CLASSES]
    return seen | {"error": kinds[0] if kinds else classes[0]}


def words_of(case):
    words = ["--profile", case["profile"]] if case["profile"] is not None else []
    return words + (["--region", case["region"]] if case["region"] is not None else [])


def by_rdspass(stage, case, *more):
    run = Run(stage, case)
    done = subprocess.run([stage.rdspass, "whoami", "--format", "json", "-v", *more, *words_of(case)],
                          env=run.env, stdin=subprocess.DEVNULL, timeout=60, capture_output=True,
                          text=True, check=False, start_new_session=True)
    seen = {"calls": run.close(), "said": run.told(done.stderr)}
    if seen["calls"][-2:] == [["imds", "token"], ["imds", "region"]]:
        del seen["calls"][-2:]  # the region that whoami shows for an instance
    if done.returncode != 0:
        return seen | {"error": KINDS.get(done.returncode, f"exit {done.returncode}")}
    told = json.loads(done.stdout)
    credentials, end = told["credentials"], told["credentials"]["expires_at"]
    return seen | {"key": credentials["access_key_id"], "source": credentials["source"],
                   "expires": end and seconds_of(end), "arn": (told.get("verified") or {}).get("arn")}


def by_process(stage, case, *command):
    """A real command of the AWS CLI; gives what it prints, too."""
    run = Run(stage, case)
    done = subprocess.run([AWS, *words_of(case), *command], env=run.env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False, start_new_session=True)
    seen = {"calls": run.close(), "said": run.told(done.stderr), "classes": []}
    if done.returncode != 0:
        return seen | {"error": "some"}, {}
    return seen, json.loads(done.stdout)


def exported(stage, case):
    seen, printed = by_process(stage, case, "configure", "export-credentials")
    if "error" in seen:
        return seen
    end = printed.get("Expiration")
    return seen | {"key": printed["AccessKeyId"], "expires": end and seconds_of(end)}


def caller(stage, case):
    """Whom STS takes the AWS CLI for, and rdspass, with the calls of both."""
    theirs, printed = by_process(stage, case, "sts", "get-caller-identity", "--output", "json")
    ours = by_rdspass(stage, case, "--verify")
    return ours | {"key": ours.get("arn")}, theirs | {"key": printed.get("Arn"), "expires": ours.get("expires")}


def seconds_of(iso):
    return int(time.mktime(time.strptime(iso[:19], "%Y-%m-%dT%H:%M:%S"))) - time.timezone


def same_error(ours, theirs):
    return ours == theirs or theirs == "partial" and ours in ("configuration", "unusable")


def differences(ours, theirs):
    """Names of what differs: key, expires, error, calls."""
    if "error" in ours or "error" in theirs:
        found = [] if same_error(ours.get("error"), theirs.get("error")) else ["error"]
    else:
        found = [part for part in ("key", "expires") if ours[part] != theirs[part]]
    return found + (["calls"] if ours["calls"] != theirs["calls"] else [])


def spoiled(result, number):
    result = json.loads(json.dumps(result))
    if result["calls"] and number % 2 == 0:
        result["calls"][number % len(result["calls"])][0] += "?"
    elif "error" in result:
        result["error"] = "spoiled"
    else:
        result["key"] = result["key"][:-1] + ("A" if result["key"][-1] != "A" else "B")
    return result


def note(text):
    print("# " + text, file=sys.stderr, flush=True)


class Comparison:
    def __init__(self, stage, options):
        self.stage, self.options, self.lock = stage, options, threading.Lock()
        self.counts, self.kinds, self.calls = (collections.Counter() for _ in range(3))
        self.rows, self.failed = collections.Counter(), collections.Counter()

    def one(self, number):
        case = identity_cases.one(self.options.seed, number)
        theirs = {kind: by_peer(self.stage, kind, case) for kind in PEERS}
        ours = by_rdspass(self.stage, case)
        real = exported(self.stage, case) if number < self.options.processes else None
        asked = real and "error" not in ours | real and caller(self.stage, case)
        with self.lock:
            self.kinds.update(case["kinds"])
            self.counts.update(["AWS CLI: " + theirs["cli"].get("error", "a key")])
            self.calls.update([" ".join(call[0] for call in theirs["cli"]["calls"])])
            if self.options.only is not None:
                note(json.dumps({"case": case, "rdspass": ours, **theirs, "process": real}, indent=1))
            for kind in PEERS:
                self.judge(case, kind, ours, theirs[kind])
            if real is not None:
                self.judge_peer(case, theirs["cli"], real)
            if asked:
                self.judge_caller(case, *asked)

    def judge(self, case, kind, ours, theirs):
        found = differences(ours, theirs)
        row = known_difference(case, kind, ours, theirs) if found else None
        if row is not None:
            self.rows.update([row])
            self.counts.update([f"{kind}: known to differ"])
        elif found:
            self.fail(kind, case, f"{kind} differs in {', '.join(found)}", ours, theirs)
        else:
            self.counts.update([f"{kind}: the same"])
            if not differences(spoiled(ours, case["number"]), theirs):
                self.fail("altered", case, f"{kind}: what was altered is not seen", ours, theirs)

    def judge_peer(self, case, session, process):
        """What is compared against must be what the command does."""
        if "error" in session and "error" in process:
            session = session | {"error": "some"}
        found = differences(session, process)
        if found:
            self.fail("process", case, f"the command differs in {', '.join(found)}", process, session)

    def judge_caller(self, case, ours, theirs):
        found = differences(ours, theirs)
        if found and not known_difference(case, "cli", ours, theirs):
            self.fail("caller", case, f"get-caller-identity differs in {', '.join(found)}", ours, theirs)

    def fail(self, what, case, text, ours, theirs):
        self.failed.update([what])
        if sum(self.failed.values()) > SHOWN:
            return
        note(f"case {case['number']}: {text}; see it by: RP_SEED={self.options.seed} "
             f"RP_ONLY={case['number']} tests/check/identities.t")
        for name, result in ("rdspass", ours), ("AWS", theirs):
            said = [line for line in result["said"].splitlines()
                    if name == "AWS" or line.startswith(("rdspass: ", "hint"))]
            note(f"  {name}: {result.get('error', '')}{result.get('key', '')} {' '.join(said)[-300:]}")
            note(f"  {name}: calls {json.dumps(result['calls'])}")

    def report(self):
        for name, counter in (("results", self.counts), ("in the cases", self.kinds),
                              ("the AWS CLI's calls", self.calls),
                              ("known differences", self.rows)):
            note(f"{name}: " + ", ".join(f"{count} {what}" for what, count in sorted(counter.items())))
        missing = missing_rows(self.options.docs)
        for row in missing:
            note(f"{self.options.docs} has no row: {row}")
        results = {
            "the AWS CLI's session: the same identity by the same calls": not self.failed["cli"],
            "botocore's session: the same identity by the same calls": not self.failed["botocore"],
            "altered results are seen to differ": not self.failed["altered"],
            "the AWS CLI's command does as its session": not self.failed["process"],
            "whoami --verify and sts get-caller-identity: the same caller": not self.failed["caller"],
            "what is known to differ is documented": not missing,
        }
        for number, (name, good) in enumerate(results.items(), 1):
            print(f"{'ok' if good else 'not ok'} {number} - {name}")
        print(f"1..{len(results)}")
        return 0 if all(results.values()) else 1


def missing_rows(page):
    """The rows of the table that the page lacks, of which each begins a line of its own."""
    lines = pathlib.Path(page).read_text(encoding="utf-8").splitlines()
    return [row.title for row in ROWS if not any(line.startswith(f"| {row.title} |") for line in lines)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rdspass")
    parser.add_argument("seed")
    parser.add_argument("count", type=int)
    parser.add_argument("--only", type=int)
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument("--docs", default="docs/credentials.md")
    options = parser.parse_args()
    numbers = range(options.count) if options.only is None else [options.only]
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(folder, options.rdspass)
        comparison = Comparison(stage, options)
        with ThreadPoolExecutor(max_workers=WORKERS) as pool:
            for _ in pool.map(comparison.one, numbers):
                pass
        stage.close()
    sys.exit(comparison.report())


if __name__ == "__main__":
    main()
