"""The simulated sign-in service: the sessions of `aws login`, whose refresh wants a proof that the
caller holds the session's key (RFC 9449)."""
import hashlib
import json
import secrets

from aws_services import AwsService, json_of, without_secrets
from aws_world import ACCOUNT, USER, from_base64url, jwt, need
from faulty_http import Answer
from p256 import new_key, verifies

SESSION_LIFE_S, CREDENTIALS_LIFE_S, PROOF_S = 12 * 3600, 900, 300
CLIENT = "arn:aws:signin:::devtools/same-device"


def need_proof(condition, what):
    need(condition, 400, "INVALID_REQUEST", f"DPoP proof: {what}")


def thumbprint(point):
    return hashlib.sha256(b"".join(value.to_bytes(32, "big") for value in point)).digest()


class LoginSession:
    """A session that a person has begun in a browser: its key, its one good refresh token."""

    def __init__(self, world):
        self.world = world
        self.end = world.now() + SESSION_LIFE_S
        self.pem, point = new_key()
        self.key, self.seen = thumbprint(point), set()
        self.refresh = self.new_refresh_token()

    @staticmethod
    def new_refresh_token():
        return "EXAMPLETOKEN-login-" + secrets.token_hex(16)

    def credentials(self):
        key_id, key = self.world.issue(None, "", CREDENTIALS_LIFE_S)
        return {"accessKeyId": key_id, "secretAccessKey": key.secret, "sessionToken": key.token}

    def cached(self):
        """What `aws login` leaves in ~/.aws/login/cache."""
        return {"accessToken": {**self.credentials(), "accountId": ACCOUNT,
                                "expiresAt": self.world.at(CREDENTIALS_LIFE_S)},
                "tokenType": "aws_sigv4", "clientId": CLIENT, "refreshToken": self.refresh,
                "idToken": jwt({"sub": USER, "aud": CLIENT}), "dpopKey": self.pem}

    def check_proof(self, text, url):
        """The proof of one request to `url`."""
        try:
            head, claims, signature = map(from_base64url, text.split("."))
            head, claims = json.loads(head), json.loads(claims)
            jwk = head["jwk"]
            point = tuple(int.from_bytes(from_base64url(jwk[name]), "big") for name in "xy")
            lengths = {len(from_base64url(jwk[name])) for name in "xy"}
        except (ValueError, KeyError, TypeError, AttributeError):
            need_proof(False, "not a JWT with its key")
        need_proof("=" not in text and lengths == {32}, "base64url")
        need_proof(set(head) == {"typ", "alg", "jwk"} and head["typ"] == "dpop+jwt" and
                   head["alg"] == "ES256", "header")
        need_proof(set(jwk) == {"kty", "crv", "x", "y"} and jwk["kty"] == "EC" and
                   jwk["crv"] == "P-256", "jwk")
        need_proof(verifies(point, text.rpartition(".")[0].encode(), signature), "signature")
        need_proof(claims.get("htm") == "POST", "htm")
        need_proof(claims.get("htu") == url, f"htu is {claims.get('htu')}, not {url}")
        need_proof(isinstance(claims.get("iat"), int) and
                   abs(claims["iat"] - self.world.now()) <= PROOF_S, "iat")
        need_proof(isinstance(claims.get("jti"), str) and len(claims["jti"]) >= 16, "jti")
        need_proof(claims["jti"] not in self.seen, "jti was used before")
        self.seen.add(claims["jti"])
        need_proof(thumbprint(point) == self.key, "not the key of this session")


class SignIn(AwsService):
    """CreateOAuth2Token, for refresh tokens; each is good once."""

    name, form = "signin", "json"

    def __init__(self, world, folder, url, session):
        super().__init__(world, folder, url)
        self.session = session

    def operation(self, request):
        name = "CreateOAuth2Token" if request.path == "/v1/token" else "other"
        return name, without_secrets(json_of(request))

    def refusal(self, request, status, code, message):
        kind = {400: "ValidationException", 429: "TooManyRequestsError"}.get(
            status, "InternalServerException" if status >= 500 else "AccessDeniedException")
        return Answer(status, document={"error": code, "message": message},
                      headers={**self.headers(), "x-amzn-ErrorType": kind})

    def perform(self, request):
        need(request.method == "POST" and request.path == "/v1/token", 400, "INVALID_REQUEST",
             request.path)
        need(request.headers.get("content-type", "").startswith("application/json"), 400,
             "INVALID_REQUEST", "Content-Type")
        given = json_of(request)
        need(given.get("grantType") == "refresh_token" and given.get("clientId") == CLIENT, 400,
             "INVALID_REQUEST", "grantType, clientId")
        with self.world.lock:
            self.session.check_proof(request.headers.get("dpop", ""), self.url + "/v1/token")
            need(given.get("refreshToken") == self.session.refresh and
                 self.world.now() < self.session.end, 401, "TOKEN_EXPIRED",
                 "The refresh token is expired or was used before")
            self.session.refresh = self.session.new_refresh_token()
            return {"accessToken": self.session.credentials(), "tokenType": "aws_sigv4",
                    "expiresIn": CREDENTIALS_LIFE_S, "refreshToken": self.session.refresh,
                    "idToken": jwt({"sub": USER, "aud": CLIENT})}
