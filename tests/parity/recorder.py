"""AWS as a chain of credentials sees it, answering alike to whoever asks alike, and noting each call.

One Recorder is one run of one program: a port of the loopback interface that is the proxy for
https, the instance metadata service and the container's agent at once. What an answer holds
follows from the question alone: the key id of a role tells which role, taken by which key.
Roles, accounts and tokens whose names say so are refused or answered late.
"""
import base64
import contextlib
import hashlib
import json
import re
import socket
import ssl
import subprocess
import threading
import time
from urllib.parse import parse_qsl, urlsplit

# What the names of services in each region end in; and where they have IPv6, too.
REGIONS = {region: ("amazonaws.com", "api.aws") for region in
           ("us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1")}
REGIONS["cn-north-1"] = ("amazonaws.com.cn", "api.amazonwebservices.com.cn")
SERVICES = ("sts", "portal.sso", "oidc")
IMDS_ROLE = "instance-role"
ISO = "%Y-%m-%dT%H:%M:%SZ"
GENERATED_NAME = re.compile(r"^(botocore-session|rdspass)-\d+$")
ERRORS = {  # in the name of a role or account: status, code
    "denied": (403, "AccessDenied"),
    "expired": (403, "ExpiredToken"),
    "invalid": (400, "ValidationError"),
    "nobody": (403, "InvalidClientTokenId"),
    "disabled": (403, "RegionDisabledException"),
}
RELATIVE_HOST = "169.254.170.2"


def key_id(*what):
    """ASIA and sixteen characters that tell `what`."""
    digest = hashlib.sha256("|".join(map(str, what)).encode()).digest()
    return "ASIA" + base64.b32encode(digest)[:16].decode()


def make_certificates(folder):
    """A CA, and one certificate for every host that a program may ask; the paths of both files."""
    hosts = ["sts.amazonaws.com"] + [
        f"{service}{fips}.{region}.{suffix}" for service in SERVICES for fips in ("", "-fips")
        for region, suffixes in REGIONS.items() for suffix in suffixes]
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
           "-nodes", "-days", "2"]
    run = {"check": True, "cwd": folder, "capture_output": True}
    subprocess.run([*new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA",
                    "-addext", "keyUsage=keyCertSign"], **run)
    subprocess.run([*new, "-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "aws.key", "-out",
                    "aws.pem", "-subj", "/CN=AWS", "-addext", "basicConstraints=critical,CA:FALSE",
                    "-addext", "subjectAltName=" + ",".join("DNS:" + host for host in hosts)], **run)
    return folder / "ca.pem", folder / "aws.pem", folder / "aws.key"


def refusal(code):
    return (f"<ErrorResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><Error><Type>Sender</Type>"
            f"<Code>{code}</Code><Message>no &amp; no</Message></Error><RequestId>r-1</RequestId>"
            f"</ErrorResponse>")


class Answers:
    """What is answered, of the same moment on for everyone."""

    def __init__(self, started):
        self.started = started

    def end(self, seconds=3600):
        return time.strftime(ISO, time.gmtime(self.started + seconds))

    def document(self, made, seconds=3600):
        return {"AccessKeyId": made, "SecretAccessKey": "secret of " + made,
                "Token": "token of " + made, "Expiration": self.end(seconds)}

    def sts(self, question, signer):
        operation = question["Action"]
        if operation == "GetCallerIdentity":
            return 200, (f"<GetCallerIdentityResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'>"
                         f"<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/{signer}</Arn>"
                         f"<UserId>{signer}</UserId><Account>123456789012</Account>"
                         f"</GetCallerIdentityResult></GetCallerIdentityResponse>")
        role = question["RoleArn"]
        for word, (status, code) in ERRORS.items():
            if word in role:
                return status, refusal(code)
        made = key_id(role, signer or question["WebIdentityToken"])
        seconds = 600 if "short" in role else int(question.get("DurationSeconds", 3600))
        document = self.document(made, seconds)
        return 200, (f"<{operation}Response xmlns='https://sts.amazonaws.com/doc/2011-06-15/'>"
                     f"<{operation}Result><Credentials><AccessKeyId>{made}</AccessKeyId>"
                     f"<SecretAccessKey>{document['SecretAccessKey']}</SecretAccessKey>"
                     f"<SessionToken>{document['Token']}</SessionToken>"
                     f"<Expiration>{document['Expiration']}</Expiration></Credentials>"
                     f"<AssumedRoleUser><Arn>{role}/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId>"
                     f"</AssumedRoleUser></{operation}Result></{operation}Response>")

    def portal(self, query, token):
        if "revoked" in token or "old" in token:
            return 401, "UnauthorizedException", {"message": "Session token not found or invalid"}
        if "denied" in query.get("role_name", ""):
            return 403, "ForbiddenException", {"message": "No access"}
        made = key_id("sso", query.get("account_id"), query.get("role_name"), token)
        return 200, None, {"roleCredentials": {
            "accessKeyId": made, "secretAccessKey": "secret of " + made,
            "sessionToken": "token of " + made, "expiration": 1000 * int(self.started + 7200)}}

    def oidc(self, question):
        if "revoked" in question["refreshToken"]:
            return 400, "InvalidGrantException", {"error": "invalid_grant",
                                                  "error_description": "Invalid refresh token"}
        return 200, None, {"accessToken": "renewed by " + question["refreshToken"],
                           "tokenType": "Bearer", "expiresIn": 3600,
                           "refreshToken": "next " + question["refreshToken"]}


class Recorder:
    """Serves one run until it is closed; `calls` has what was asked, in order."""

    def __init__(self, answers, context):
        self.answers, self.context, self.calls, self.hiccups = answers, context, [], set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.talk, args=[connection], daemon=True).start()

    def talk(self, connection):
        with contextlib.suppress(OSError), connection:
            connection.settimeout(30)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            host, file = "", connection.makefile("rb")
            while request := read_request(file):
                method, path, headers, body = request
                if method == "CONNECT":
                    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    connection = self.context.wrap_socket(connection, server_side=True)
                    host, file = path.removesuffix(":443"), connection.makefile("rb")
                    continue
                status, headers, text = self.service(host, method, path, headers, body)
                connection.sendall(response(status, headers, text))

    def service(self, host, method, path, headers, body):
        if host.startswith(("sts.", "sts-fips.")):
            return self.sts(host, headers, body)
        if host.startswith(("portal.sso.", "portal.sso-fips.")):
            return self.portal(host, path, headers)
        if host.startswith(("oidc.", "oidc-fips.")):
            return self.oidc(host, path, body)
        if host:
            self.calls.append(["unknown host", host, path])
            return 404, {}, ""
        return self.metadata(method, path, headers)

    def sts(self, host, headers, body):
        question = dict(parse_qsl(body, keep_blank_values=True))
        signer, region = signer_of(headers)
        noted = {name: value for name, value in question.items() if name not in ("Action", "Version")}
        if GENERATED_NAME.match(noted.get("RoleSessionName", "")):
            noted["RoleSessionName"] = "(generated)"
        self.calls.append([question.get("Action"), host, dict(sorted(noted.items())), signer, region,
                           headers.get("x-amz-security-token", "")])
        if "hiccup" in question.get("RoleArn", "") and question["RoleArn"] not in self.hiccups:
            self.hiccups.add(question["RoleArn"])
            return 503, {"Content-Type": "text/xml"}, refusal("ServiceUnavailable")
        status, text = self.answers.sts(question, signer)
        return status, {"Content-Type": "text/xml"}, text

    def portal(self, host, path, headers):
        query, token = dict(parse_qsl(urlsplit(path).query)), headers.get("x-amz-sso_bearer_token", "")
        self.calls.append(["GetRoleCredentials", host, dict(sorted(query.items())), token])
        return as_json(*self.answers.portal(query, token))

    def oidc(self, host, path, body):
        question = json.loads(body)
        self.calls.append(["CreateToken", host, path, dict(sorted(question.items()))])
        return as_json(*self.answers.oidc(question))

    def metadata(self, method, path, headers):
        if path == "/latest/api/token":
            self.calls.append(["imds", "token"])
            return 200, {"X-Aws-Ec2-Metadata-Token-Ttl-Seconds": "21600"}, "imds-token"
        if path.startswith("/latest/meta-data/placement/"):
            self.calls.append(["imds", "region"])
            return 200, {}, "ap-southeast-2" + ("a" if "zone" in path else "")
        if path == "/latest/meta-data/iam/security-credentials/":
            self.calls.append(["imds", "role", headers.get("x-aws-ec2-metadata-token", "")])
            return 200, {}, IMDS_ROLE
        if path.endswith("/" + IMDS_ROLE):
            self.calls.append(["imds", "credentials"])
            document = {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": self.answers.end(0),
                        **self.answers.document(key_id("imds"), 6 * 3600)}
            return 200, {}, json.dumps(document)
        return self.container(path, headers)

    def container(self, path, headers):
        self.calls.append(["container", path, headers.get("authorization", "")])
        if "denied" in path:
            return 403, {"Content-Type": "application/json"}, '{"code": "AccessDenied"}'
        document = self.answers.document(key_id("container", path), 4 * 3600)
        return 200, {"Content-Type": "application/json"}, json.dumps(document)


class Relative:
    """The agent of containers at its fixed address: /RUN/… is the Recorder RUN's /…"""

    def __init__(self):
        self.runs = {}
        self.listener = socket.create_server((RELATIVE_HOST, 80), backlog=16)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.talk, args=[connection], daemon=True).start()

    def talk(self, connection):
        with contextlib.suppress(OSError), connection:
            connection.settimeout(30)
            file = connection.makefile("rb")
            while request := read_request(file):
                run, _, path = request[1].removeprefix("/").partition("/")
                known = self.runs.get(run)
                answer = known.container("/relative/" + path, request[2]) if known else (404, {}, "")
                connection.sendall(response(*answer))


def signer_of(headers):
    """The key id that signed, and the region that it signed for; empty where nobody did."""
    found = re.search(r"Credential=([^/]*)/\d{8}/([^/]*)/sts/", headers.get("authorization", ""))
    return (found[1], found[2]) if found else ("", "")


def as_json(status, error, document):
    headers = {"Content-Type": "application/json"}
    return status, headers | ({"x-amzn-ErrorType": error} if error else {}), json.dumps(document)


def read_request(file):
    """Method, path, headers with lower-case names, body; None where the client has gone."""
    first = file.readline().decode("latin-1").split()
    if len(first) != 3:
        return None
    headers = {}
    while line := file.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("expect", "").lower() == "100-continue":
        raise ConnectionError("nobody needs to ask first")
    body = file.read(int(headers.get("content-length", 0))).decode()
    return first[0], first[1], headers, body


def response(status, headers, text):
    body = text.encode()
    headers = {"Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime()), **headers,
               "x-amzn-RequestId": "r-1", "Content-Length": len(body)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode() + body


def context(certificate, key):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate, key)
    return made
