"""The simulated IAM Identity Center: the portal that gives out roles, and the tokens for it."""
import secrets
from urllib.parse import parse_qsl, urlsplit

from aws_services import AwsService, json_of, without_secrets
from aws_world import ACCOUNT, OTHER, ROLES, arn, need
from faulty_http import Answer

START_URL, SESSION = "https://corp.awsapps.com/start", "corp"
SESSION_LIFE_S, TOKEN_LIFE_S, ROLE_LIFE_S = 8 * 3600, 3600, 3600
# What is assigned to the person; the account with a zero in front has none of its own.
ASSIGNED = {(ACCOUNT, "Dev"): arn(ACCOUNT, "Dev"), (OTHER, "Reader"): arn(OTHER, "Reader"),
            ("012345678901", "Dev"): arn(ACCOUNT, "Dev")}


class SsoSession:
    """A person's session: which access tokens are good, and the one refresh token that is."""

    def __init__(self, world):
        self.world, self.access = world, {}
        self.end = world.now() + SESSION_LIFE_S
        self.client = {"clientId": "EXAMPLE-client-id",
                       "clientSecret": "EXAMPLETOKEN-client-secret"}
        self.refresh = ""
        self.rotate()

    def rotate(self):
        token = "EXAMPLETOKEN-access-" + secrets.token_hex(8)
        self.access[token] = self.world.now() + TOKEN_LIFE_S
        self.refresh = "EXAMPLETOKEN-refresh-" + secrets.token_hex(8)
        return token

    def cached(self):
        """What `aws sso login` leaves in ~/.aws/sso/cache."""
        return {"startUrl": START_URL, "region": self.world.options.region,
                "accessToken": next(iter(self.access)), "expiresAt": self.world.at(TOKEN_LIFE_S),
                **self.client, "registrationExpiresAt": self.world.at(90 * 86400),
                "refreshToken": self.refresh}


class Portal(AwsService):
    """GetRoleCredentials."""

    name, form = "sso", "json"

    def __init__(self, world, folder, url, session):
        super().__init__(world, folder, url)
        self.session = session

    def operation(self, request):
        split = urlsplit(request.path)
        known = split.path == "/federation/credentials"
        return "GetRoleCredentials" if known else "other", dict(parse_qsl(split.query))

    def refusal(self, request, status, code, message):
        return Answer(status, document={"message": message}, headers={
            **self.headers(), "x-amzn-ErrorType": code + ":http://internal.amazon.com/coral/"})

    def perform(self, request):
        operation, given = self.operation(request)
        need(request.method == "GET" and operation != "other", 404, "ResourceNotFoundException",
             request.path)
        token = request.headers.get("x-amz-sso_bearer_token", "")
        now = self.world.now()
        need(now < min(self.session.access.get(token, 0), self.session.end), 401,
             "UnauthorizedException", "Session token not found or invalid")
        role = ASSIGNED.get((given.get("account_id"), given.get("role_name")))
        need(role, 403, "ForbiddenException", "No access")
        key_id, key = self.world.issue(ROLES[role], "app@example.com", ROLE_LIFE_S)
        return {"roleCredentials": {"accessKeyId": key_id, "secretAccessKey": key.secret,
                                    "sessionToken": key.token, "expiration": key.end * 1000}}


class Oidc(AwsService):
    """CreateToken, for refresh tokens; each is good once."""

    name, form = "sso_oidc", "json"

    def __init__(self, world, folder, url, session):
        super().__init__(world, folder, url)
        self.session = session

    def operation(self, request):
        name = "CreateToken" if request.path == "/token" else "other"
        return name, without_secrets(json_of(request))

    def refusal(self, request, status, code, message):
        return Answer(status, document={"error": code, "error_description": message},
                      headers=self.headers())

    def perform(self, request):
        need(request.method == "POST" and request.path == "/token", 400, "invalid_request",
             request.path)
        need(request.headers.get("content-type", "").startswith("application/json"), 400,
             "invalid_request", "Content-Type")
        need("authorization" not in request.headers, 400, "invalid_request", "signed")
        given = json_of(request)
        need({name: given.get(name) for name in self.session.client} == self.session.client, 401,
             "invalid_client", "Invalid client provided")
        need(given.get("grantType") == "refresh_token", 400, "unsupported_grant_type", "grantType")
        with self.world.lock:
            need(given.get("refreshToken") == self.session.refresh and
                 self.world.now() < self.session.end, 400, "invalid_grant",
                 "Invalid refresh token provided")
            token = self.session.rotate()
            return {"accessToken": token, "expiresIn": TOKEN_LIFE_S, "tokenType": "Bearer",
                    "refreshToken": self.session.refresh}
