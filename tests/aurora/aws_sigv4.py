"""Checks the header form of Signature Version 4, as a service of AWS does.

Written from the specification alone; it shares no code with what it tests.
"""
import calendar
import hashlib
import hmac
import re
import time
from urllib.parse import quote, unquote_to_bytes

from aws_world import need

ALGORITHM, STAMP = "AWS4-HMAC-SHA256", "%Y%m%dT%H%M%SZ"
SKEW_S = 300
AUTHORIZATION = re.compile(
    ALGORITHM + r" Credential=(?P<id>[A-Z0-9]+)/(?P<date>\d{8})/(?P<region>[^/, ]+)/"
    r"(?P<service>[^/, ]+)/aws4_request, ?SignedHeaders=(?P<signed>[a-z0-9;-]+), ?"
    r"Signature=(?P<signature>[0-9a-f]{64})")


def encode(text):
    return quote(unquote_to_bytes(text), safe="-._~")


def canonical_query(query):
    pairs = [pair.partition("=") for pair in query.split("&")] if query else []
    return "&".join(f"{name}={value}" for name, value in sorted(
        (encode(name), encode(value)) for name, _, value in pairs))


def canonical_request(request, signed):
    path, _, query = request.path.partition("?")
    headers = "".join(f"{name}:{' '.join(request.headers[name].split())}\n" for name in signed)
    return "\n".join([request.method, quote(unquote_to_bytes(path), safe="/-._~"),
                      canonical_query(query), headers, ";".join(signed),
                      hashlib.sha256(request.body).hexdigest()])


def signature(secret, scope, stamp, text):
    key = ("AWS4" + secret).encode()
    for part in scope:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    to_sign = "\n".join([ALGORITHM, stamp, "/".join(scope),
                         hashlib.sha256(text.encode()).hexdigest()])
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


def moment(seconds):
    return time.strftime(STAMP, time.gmtime(seconds))


def check_time(stamp, now):
    """In AWS's own words, of which a client has to make out that a clock is wrong."""
    signed_at = calendar.timegm(time.strptime(stamp, STAMP))
    need(signed_at >= now - SKEW_S, 403, "SignatureDoesNotMatch",
         f"Signature expired: {stamp} is now earlier than {moment(now - SKEW_S)} "
         f"({moment(now)} - 5 min.)")
    need(signed_at <= now + SKEW_S, 403, "SignatureDoesNotMatch",
         f"Signature not yet current: {stamp} is still later than {moment(now + SKEW_S)} "
         f"({moment(now)} + 5 min.)")


def signer(request):
    """The id of the key that a request claims to be signed with, and the region; or None."""
    match = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    return (match["id"], match["region"]) if match else (None, None)


def check(request, service, region, world):
    """The Key that signed a request; raises Refused."""
    need("authorization" in request.headers, 403, "MissingAuthenticationToken",
         "Request is missing Authentication Token")
    match = AUTHORIZATION.fullmatch(request.headers["authorization"])
    need(match, 400, "IncompleteSignature", "The Authorization header is malformed")
    stamp = request.headers.get("x-amz-date", "")
    need(re.fullmatch(r"\d{8}T\d{6}Z", stamp), 400, "IncompleteSignature", "X-Amz-Date")
    signed = match["signed"].split(";")
    must = {"host"} | {name for name in request.headers
                       if name.startswith("x-amz-") or name == "content-type"}
    need(signed == sorted(set(signed)) and must <= set(signed) <= set(request.headers), 403,
         "SignatureDoesNotMatch", f"signed headers must be {sorted(must)}")

    key = world.keys.get(match["id"])
    need(key, 403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    need(request.headers.get("x-amz-security-token") == key.token, 403, "InvalidClientTokenId",
         "The security token included in the request is invalid")
    need(match["region"] == region, 403, "SignatureDoesNotMatch",
         f"Credential should be scoped to a valid region, not '{match['region']}'. ")
    need(match["service"] == service, 403, "SignatureDoesNotMatch",
         f"Credential should be scoped to correct service: '{service}'. ")
    need(match["date"] == stamp[:8], 403, "SignatureDoesNotMatch",
         f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
         f"HTTP: '{match['date']}' != '{stamp[:8]}', from '{stamp}'.")
    check_time(stamp, world.now())
    scope = [match["date"], match["region"], match["service"], "aws4_request"]
    expected = signature(key.secret, scope, stamp, canonical_request(request, signed))
    need(hmac.compare_digest(expected, match["signature"]), 403, "SignatureDoesNotMatch",
         "The request signature we calculated does not match the signature you provided. Check "
         "your AWS Secret Access Key and signing method. Consult the service documentation for "
         "details.")
    need(key.end is None or world.now() < key.end, 403, "ExpiredToken",
         "The security token included in the request is expired")
    return key
