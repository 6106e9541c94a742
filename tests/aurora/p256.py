"""The curve P-256 (FIPS 186-5, SEC 1) in integers: ES256 signatures checked, keys made.

Slow, and open to anyone who can measure it: for simulations, which have no secrets.
"""
import base64
import hashlib
import secrets

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
BASE = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def on_curve(point):
    x, y = point
    return x < P and y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0


def add(one, other):
    """None is the point at infinity."""
    if one is None or other is None:
        return other if one is None else one
    (x1, y1), (x2, y2) = one, other
    if x1 == x2:
        if (y1 + y2) % P == 0:
            return None
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def times(number, point):
    total = None
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def verifies(point, message, signature):
    """An ES256 signature (RFC 7518): r and s, 32 bytes each."""
    if len(signature) != 64 or not on_curve(point):
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    if not (0 < r < ORDER and 0 < s < ORDER):
        return False
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, ORDER)
    sum_ = add(times(digest * inverse % ORDER, BASE), times(r * inverse % ORDER, point))
    return sum_ is not None and sum_[0] % ORDER == r


def new_key():
    """A private key in PEM (SEC 1), and its public point."""
    number = secrets.randbelow(ORDER - 1) + 1
    point = times(number, BASE)
    x, y = (value.to_bytes(32, "big") for value in point)
    der = (bytes.fromhex("30770201010420") + number.to_bytes(32, "big") +
           bytes.fromhex("a00a06082a8648ce3d030107a14403420004") + x + y)
    text = base64.b64encode(der).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN EC PRIVATE KEY-----", *lines,
                      "-----END EC PRIVATE KEY-----", ""]), point
