"""Asks the simulated sign-in service to renew a session, with a proof of the key that openssl signs.

    proof.py LOGIN.json URL [NAME=VALUE]…    prints the status and the error of the answer

NAME=VALUE changes a claim (htm, htu, iat, jti), or: alg=…; refreshToken=…; key=PATH (another key, PEM);
signature=der (as openssl writes it); signature=none.
"""
import base64
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, stdin=b""):
    return subprocess.run(["openssl", *arguments], input=stdin, capture_output=True,
                          check=True).stdout


def raw(der):
    """r and s, 32 bytes each, of the two integers of a DER sequence."""
    first = der[3]
    numbers = der[4:4 + first], der[6 + first:]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in numbers)


def proof(key, url, changes):
    point = openssl("ec", "-in", key, "-pubout", "-outform", "DER")[-64:]
    head = {"typ": "dpop+jwt", "alg": changes.pop("alg", "ES256"),
            "jwk": {"kty": "EC", "crv": "P-256", "x": base64url(point[:32]),
                    "y": base64url(point[32:])}}
    form = changes.pop("signature", "raw")
    claims = {"htm": "POST", "htu": url, "iat": int(time.time()), "jti": str(uuid.uuid4()), **changes}
    claims["iat"] = int(claims["iat"])
    text = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
    der = openssl("dgst", "-sha256", "-sign", key, stdin=text.encode())
    return text + "." + base64url({"raw": raw(der), "der": der, "none": b""}[form])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        session = json.load(file)
    url = sys.argv[2] + "/v1/token"
    changes = dict(change.split("=", 1) for change in sys.argv[3:])
    body = {"clientId": session["clientId"], "grantType": "refresh_token",
            "refreshToken": changes.pop("refreshToken", session["refreshToken"])}
    with tempfile.NamedTemporaryFile("w") as key:
        key.write(session["dpopKey"])
        key.flush()
        headers = {"Content-Type": "application/json",
                   "DPoP": proof(changes.pop("key", key.name), url, changes)}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            print(answer.status, json.load(answer)["accessToken"]["accessKeyId"])
    except urllib.error.HTTPError as no:
        found = json.load(no)
        print(no.status, found["error"], found["message"])


main()
