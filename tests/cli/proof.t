#!/usr/bin/python3
"""The proof that rdspass-fetch sends with a request of an `aws login` session (DPoP).

It is verified with openssl(1), from the public key in it. All keys are made here.
"""
import base64
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("RP_TEST_BUILD_DIR") or os.path.join(ROOT, "build", "test")
NOW = 1767323045

count = failures = 0


def ok(good, name, detail=""):
    global count, failures
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {name}", flush=True)
    if not good:
        failures += 1
        print(f"# {detail!r}", flush=True)


proofs = []  # that came, None for a request without
reached, hold = threading.Event(), threading.Event()  # a request is there; it is answered
hold.set()


class Server(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        proofs.append(self.headers.get("DPoP"))
        reached.set()
        hold.wait(10)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format, *args):  # noqa: A002
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
HERE = f"http://127.0.0.1:{server.server_address[1]}"

# --- rdspass-fetch ------------------------------------------------------------

VERSION = subprocess.run([os.path.join(BUILD, "rdspass"), "--version"], check=True,
                         capture_output=True, text=True).stdout.split()[1]
fetch = subprocess.Popen([os.path.join(BUILD, "rdspass-fetch")], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, env={})


def ask(url, proof, to=fetch):
    header = {"rdspass": VERSION, "type": "exchange", "method": "POST", "url": url, "headers": [],
              "connect_ms": 5000, "total_ms": 5000, "max_body": 4096, "direct": True,
              "ca_file": None, "proof": proof}
    to.stdin.write(json.dumps(header).encode() + b"\n")
    to.stdin.flush()
    return json.loads(to.stdout.readline())


# --- another verifier ---------------------------------------------------------

def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def der(tag, content):
    return bytes([tag, len(content)]) + content


def der_number(raw):
    raw = raw.lstrip(b"\0") or b"\0"
    return der(2, b"\0" + raw if raw[0] & 0x80 else raw)


def is_signed(proof, folder):
    """Whether the signature is right, by the public key in the proof itself."""
    head, payload, signature = proof.split(".")
    jwk = json.loads(decode(head))["jwk"]
    raw = decode(signature)
    point = b"\x04" + decode(jwk["x"]) + decode(jwk["y"])
    algorithm = bytes.fromhex("06072a8648ce3d020106082a8648ce3d030107")  # ecPublicKey, P-256
    names = {"key": der(0x30, der(0x30, algorithm) + der(3, b"\0" + point)),
             "signature": der(0x30, der_number(raw[:32]) + der_number(raw[32:])),
             "text": f"{head}.{payload}".encode()}
    for name, content in names.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
    done = subprocess.run(["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", "key",
                           "-signature", "signature", "text"], cwd=folder, check=False,
                          capture_output=True, text=True)
    return len(raw) == 64 and done.stdout == "Verified OK\n"


def make_key(*options):
    return subprocess.run(["openssl", "ecparam", "-genkey", "-noout", "-name", *options],
                          check=True, capture_output=True, text=True).stdout


def x_of(pem):
    """The public key's x as openssl(1) reads it."""
    text = subprocess.run(["openssl", "ec", "-pubout", "-outform", "DER"], input=pem.encode(),
                          check=True, capture_output=True).stdout
    return text[-64:-32]


def test_proof(folder):
    key = make_key("prime256v1")
    answer = ask(HERE + "/v1/token?a=b#c", {"key": key, "time": NOW})
    ok(answer["outcome"] == "answered" and answer["status"] == 200, "an answer", answer)
    proof = proofs[-1] or ""
    ok(re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]{86}", proof), "three parts in base64url", proof)
    head, payload, _ = (decode(part) for part in proof.split("."))
    header, claims = json.loads(head), json.loads(payload)
    ok(list(header) == ["typ", "alg", "jwk"] and header["typ"] == "dpop+jwt" and
       header["alg"] == "ES256", "its head", header)
    ok(set(header["jwk"]) == {"kty", "crv", "x", "y"} and header["jwk"]["crv"] == "P-256" and
       header["jwk"]["kty"] == "EC" and decode(header["jwk"]["x"]) == x_of(key),
       "with the public key and nothing more", header)
    ok(set(claims) == {"htm", "htu", "iat", "jti"} and claims["htm"] == "POST" and
       claims["iat"] == NOW, "its claims", claims)
    ok(claims["htu"] == HERE + "/v1/token", "the URL without query and fragment", claims)
    ok(re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                    claims["jti"]), "a UUID of version 4", claims)
    ok(is_signed(proof, folder), "openssl verifies it")
    other = proof[:-2] + ("A" if proof[-2] != "A" else "B") + proof[-1]
    ok(not is_signed(other, folder), "and no other signature")
    ask(HERE + "/v1/token", {"key": key, "time": NOW})
    ok(json.loads(decode(proofs[-1].split(".")[1]))["jti"] != claims["jti"] and
       is_signed(proofs[-1], folder), "each request has a proof of its own")
    ask(HERE + "/v1/token", None)
    ok(proofs[-1] is None, "none without a key")


def test_many(folder):
    """A number that begins with zeros, one in 128 of either, is padded all the same."""
    key = make_key("prime256v1")
    short = 0
    for _ in range(3000):
        ask(HERE + "/", {"key": key, "time": NOW})
        raw = decode(proofs[-1].split(".")[2])
        if raw[0] == 0 or raw[32] == 0:
            short += 1
            if not is_signed(proofs[-1], folder):
                ok(False, "padded", proofs[-1])
        if short == 3:
            break
    ok(short == 3, "numbers with a zero in front are verified", short)


def test_refusals():
    key = make_key("prime256v1")
    lines = key.splitlines()
    encrypted = subprocess.run(["openssl", "ec", "-aes128", "-passout", "pass:x"],
                               input=key, check=True, capture_output=True, text=True).stdout
    public = subprocess.run(["openssl", "ec", "-pubout"], input=key, check=True,
                            capture_output=True, text=True).stdout
    pkcs8 = subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt"], input=key, check=True,
                           capture_output=True, text=True).stdout
    other = make_key("prime256v1").splitlines()
    raw = base64.b64decode("".join(lines[1:-1]))
    theirs = base64.b64decode("".join(other[1:-1]))
    mixed = base64.b64encode(raw[:-65] + theirs[-65:]).decode()
    trailing = base64.b64encode(raw + b"\0").decode()
    wrap = "-----BEGIN EC PRIVATE KEY-----\n{}\n-----END EC PRIVATE KEY-----\n".format
    cases = [("P-384", make_key("secp384r1")), ("secp256k1", make_key("secp256k1")),
             ("cut", "\n".join(lines[:2] + lines[-1:])), ("without an end", "\n".join(lines[:-1])),
             ("encrypted", encrypted), ("a public key", public), ("PKCS #8", pkcs8),
             ("no PEM", "canary"), ("no base64", wrap("%%%%")), ("no DER", wrap("AAAA")),
             ("halves of two keys", wrap(mixed)), ("something behind it", wrap(trailing))]
    before = len(proofs)
    for name, text in cases:
        answer = ask(HERE + "/", {"key": text, "time": NOW})
        ok(answer["outcome"] == "no-proof" and answer["status"] == 0 and
           answer["why"] == "the session's key (dpopKey) is no private key of P-256", name, answer)
    ok(len(proofs) == before, "nothing was sent")
    ok(ask(HERE + "/", {"key": key.replace("\n", "\r\n"), "time": NOW})["outcome"] == "answered",
       "lines that end as in Windows")
    ok(ask(HERE + "/", {"key": key.rstrip("\n"), "time": NOW})["outcome"] == "answered",
       "no end of the last line")
    for name, proof in (("too long", {"key": key + "x" * 4096, "time": NOW}),
                        ("a control character", {"key": key + "\x1b", "time": NOW}),
                        ("a time before 1970", {"key": key, "time": -1}),
                        ("no time", {"key": key}), ("an empty key", {"key": "", "time": NOW}),
                        ("more than that", {"key": key, "time": NOW, "alg": "none"}),
                        ("a text", key)):
        with subprocess.Popen([os.path.join(BUILD, "rdspass-fetch")], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, env={}) as one:
            ok(ask(HERE + "/", proof, one)["type"] == "refusal", f"no request: {name}")


def memory_of(pid):
    """All that a process has in memory that it may write to."""
    parts = []
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb") as mem:
        for line in maps:
            span, mode = line.split()[:2]
            if mode.startswith("rw"):
                start, end = (int(part, 16) for part in span.split("-"))
                mem.seek(start)
                parts.append(mem.read(end - start))
    return b"\n".join(parts)


def test_memory():
    """Nothing of the key stays behind; what is there meanwhile shows that we would find it."""
    if os.getuid() != 0 or os.environ.get("RP_VARIANT") == "asan":
        ok(True, "memory # SKIP only root can look, and only where no sanitizer has terabytes")
        return
    key = make_key("prime256v1")
    raw = base64.b64decode("".join(key.splitlines()[1:-1]))[7:39]
    marks = key.splitlines()[1].encode(), raw, raw[::-1]

    def left():
        memory = memory_of(fetch.pid)
        return [mark for mark in (*marks, proofs[-1].split(".")[0].encode()) if mark in memory]

    ask(HERE + "/", {"key": key, "time": NOW})
    deadline = time.monotonic() + 10  # it answers before it cleans up
    while left() and time.monotonic() < deadline:
        time.sleep(0.05)
    ok(not left(), "nothing of key and proof stays behind")
    reached.clear()
    hold.clear()
    waiting = threading.Thread(target=ask, args=(HERE + "/", {"key": key, "time": NOW}))
    waiting.start()
    reached.wait(10)
    ok(marks[0] in memory_of(fetch.pid), "it would be found, as it is meanwhile")
    hold.set()
    waiting.join(10)


with tempfile.TemporaryDirectory() as scratch:
    test_proof(scratch)
    test_many(scratch)
    test_refusals()
    test_memory()
fetch.stdin.close()
ok(fetch.wait(5) == 0, "one process did it all")
print(f"1..{count}")
sys.exit(1 if failures else 0)
