"""The simulated Security Token Service: the query protocol of 2011-06-15."""
import json
import re
from urllib.parse import parse_qsl

from aws_services import AwsService
from aws_sigv4 import check
from aws_world import AUDIENCE, ISSUERS, ROLES, from_base64url, need
from faulty_http import Answer

NAMESPACE = ' xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
SECRETS = {"Action", "Version", "TokenCode", "WebIdentityToken"}
FORM = "application/x-www-form-urlencoded"


class Sts(AwsService):
    """AssumeRole, AssumeRoleWithWebIdentity, GetCallerIdentity."""

    name, form = "sts", "xml"

    @staticmethod
    def arguments(request):
        try:
            return dict(parse_qsl(request.body.decode("ascii"), keep_blank_values=True,
                                  strict_parsing=True))
        except ValueError:
            return {}

    def operation(self, request):
        given = self.arguments(request)
        return given.get("Action", "other"), {name: value for name, value in given.items()
                                              if name not in SECRETS}

    def places(self, request):
        _, arguments = self.operation(request)
        return *super().places(request), arguments.get("RoleArn", "").rpartition("/")[2]

    def refusal(self, request, status, code, message):
        headers = self.headers()
        sender = "Sender" if status < 500 else "Receiver"
        return Answer(status, headers=headers, form="xml", document={
            "ErrorResponse" + NAMESPACE: {
                "Error": {"Type": sender, "Code": code, "Message": message},
                "RequestId": headers["x-amzn-RequestId"]}})

    def perform(self, request):
        given = self.arguments(request)
        need(request.method == "POST" and request.path == "/", 404, "NotFound", request.path)
        need(request.headers.get("content-type", "").startswith(FORM), 404, "UnknownOperation",
             "Content-Type")
        need(given.get("Version") == "2011-06-15", 400, "NoSuchVersion", "Version")
        perform = {"AssumeRole": self.assume_role,
                   "AssumeRoleWithWebIdentity": self.assume_role_with_web_identity,
                   "GetCallerIdentity": self.get_caller_identity}.get(given.get("Action"))
        need(perform, 400, "InvalidAction", f"Could not find operation {given.get('Action')}")
        result = perform(request, given)
        return {f"{given['Action']}Response{NAMESPACE}": {
            f"{given['Action']}Result": result,
            "ResponseMetadata": {"RequestId": ""}}}

    # -- what they do -----------------------------------------------------------------------------

    def session(self, role, given):
        """Credentials for a role that may be taken."""
        life = int(given.get("DurationSeconds", "3600"))
        name = given["RoleSessionName"]
        key_id, key = self.world.issue(role, name, life)
        return {"Credentials": {"AccessKeyId": key_id, "SecretAccessKey": key.secret,
                                "SessionToken": key.token, "Expiration": self.world.at(life)},
                "AssumedRoleUser": {"Arn": key.arn, "AssumedRoleId": key.user_id}}

    def check_arguments(self, given, longest):
        """What both ways to take a role have in common."""
        name = given.get("RoleSessionName", "")
        need(re.fullmatch(r"[\w+=,.@-]{2,64}", name, re.ASCII), 400, "ValidationError",
             f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy "
             "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*")
        life = given.get("DurationSeconds", "3600")
        need(life.isdecimal() and 900 <= int(life) <= 43200, 400, "ValidationError",
             "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint")
        need(int(life) <= longest, 400, "ValidationError",
             "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")

    def assume_role(self, request, given):
        key = check(request, "sts", self.world.options.region, self.world)
        arn = given.get("RoleArn", "")
        role = ROLES.get(arn)
        self.check_arguments(given, role.longest if role else 3600)
        need(not key.of_role or int(given.get("DurationSeconds", "3600")) <= 3600, 400,
             "ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit "
             "for roles assumed by role chaining.")
        denied = f"User: {key.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        need(role and (key.principal in role.trusts or
                       key.account in role.trusts and key.account == role.account), 403,
             "AccessDenied", denied)
        need(role.external_id in (None, given.get("ExternalId")), 403, "AccessDenied", denied)
        if role.device or "SerialNumber" in given:
            need("SerialNumber" in given, 403, "AccessDenied", denied)
            need(self.world.use_code(given["SerialNumber"], given.get("TokenCode")), 403,
                 "AccessDenied",
                 "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
        return self.session(role, given)

    def claims(self, token):
        try:
            _, claims, signature = map(from_base64url, token.split("."))
            claims = json.loads(claims)
            known = ISSUERS.get(claims["iss"]) == claims["sub"] and signature.startswith(b"EXAMPLE")
            need(known and claims["aud"] == AUDIENCE, 400, "InvalidIdentityToken",
                 "No OpenIDConnect provider found in your account for " + claims["iss"])
            need(self.world.now() < claims["exp"], 400, "ExpiredTokenException",
                 "Token expired: current date/time must be before the expiration date/time")
            return claims
        except (ValueError, KeyError, TypeError):
            need(False, 400, "InvalidIdentityToken",
                 "The ID Token provided is not a valid JWT. (You may see this error if you sent an "
                 "Access Token)")

    def assume_role_with_web_identity(self, request, given):
        need("authorization" not in request.headers, 400, "SignatureNotWanted",
             "this request is not signed")
        claims = self.claims(given.get("WebIdentityToken", ""))
        role = ROLES.get(given.get("RoleArn"))
        self.check_arguments(given, role.longest if role else 3600)
        need(role and role.web, 403, "AccessDenied",
             "Not authorized to perform sts:AssumeRoleWithWebIdentity")
        return {"SubjectFromWebIdentityToken": claims["sub"], **self.session(role, given),
                "Provider": claims["iss"], "Audience": claims["aud"]}

    def get_caller_identity(self, request, _):
        key = check(request, "sts", self.world.options.region, self.world)
        return {"Arn": key.arn, "UserId": key.user_id, "Account": key.account}
