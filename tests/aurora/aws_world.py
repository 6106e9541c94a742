"""What the simulated AWS knows: users, roles and whom they trust, and the keys that it gave out.

Accounts 111122223333, where the user `app` is, and 444455556666. In the first:

  role/Hop       any identity of its account may take it; and the roles Web and Dev
  role/Long      the same, for up to twelve hours
  role/Mfa       the same, with a code of the device arn:aws:iam::111122223333:mfa/app: 123456,
                 234567, 345678, 456789, 567890, each once
  role/Web       web identities: of EKS, GitHub Actions and GitLab (see `web_identity`)
  role/Dev       the permission set of IAM Identity Center, by SSO alone
  role/Nobody    nobody
in the second, which trusts the first:
  role/Reader    the user app, and Hop, Long, Mfa, Web, Dev
  role/External  the user app and Hop, with the external id EXAMPLE-id
  role/Last      Reader alone
"""
import base64
import json
import secrets
import threading
import time

ACCOUNT, OTHER = "111122223333", "444455556666"
USER = f"arn:aws:iam::{ACCOUNT}:user/app"
DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/app"
CODES = {"123456", "234567", "345678", "456789", "567890"}
ISSUERS = {"https://oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE":
           "system:serviceaccount:shop:nightly",
           "https://token.actions.githubusercontent.com": "repo:example/shop:ref:refs/heads/main",
           "https://gitlab.com": "project_path:example/shop:ref_type:branch:ref:main"}
AUDIENCE = "sts.amazonaws.com"
ISO = "%Y-%m-%dT%H:%M:%SZ"


class Refused(Exception):
    """A service says no: the status, the code and the message of its answer."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def need(condition, status, code, message):
    if not condition:
        raise Refused(status, code, message)


def arn(account, name):
    return f"arn:aws:iam::{account}:role/{name}"


class Role:
    """`trusts`: ARNs of users and roles, or accounts."""

    def __init__(self, account, name, trusts=(), longest=3600, external_id=None, device=None,
                 web=False):
        self.account, self.name, self.trusts, self.longest = account, name, trusts, longest
        self.external_id, self.device, self.web = external_id, device, web
        self.arn = arn(account, name)
        self.id = ("AROAEXAMPLE" + name.upper()).ljust(21, "Q")[:21]


HERE = [ACCOUNT, arn(ACCOUNT, "Web"), arn(ACCOUNT, "Dev")]
ROLES = {role.arn: role for role in (
    Role(ACCOUNT, "Hop", HERE), Role(ACCOUNT, "Long", HERE, longest=43200),
    Role(ACCOUNT, "Mfa", HERE, device=DEVICE), Role(ACCOUNT, "Web", web=True),
    Role(ACCOUNT, "Dev"), Role(ACCOUNT, "Nobody"),
    Role(OTHER, "Reader", [USER] + [arn(ACCOUNT, name)
                                    for name in ("Hop", "Long", "Mfa", "Web", "Dev")]),
    Role(OTHER, "External", [USER, arn(ACCOUNT, "Hop")], external_id="EXAMPLE-id"),
    Role(OTHER, "Last", [arn(OTHER, "Reader")]))}


class Key:
    """An access key. `principal` is what a policy names: a user's ARN, or a role's."""

    def __init__(self, secret, token, end, identity, principal):
        self.secret, self.token, self.end = secret, token, end
        self.arn, self.user_id = identity
        self.principal = principal
        self.account = self.arn.split(":")[4]
        self.of_role = ":assumed-role/" in self.arn


def read_words(path):
    try:
        with open(path, encoding="ascii") as file:
            return file.read().split()
    except OSError:
        return []


class World:
    """One of them: services of the same world know of each other's keys."""

    def __init__(self, options, keys):
        self.options, self.lock = options, threading.RLock()
        self.codes = set(CODES)
        user = (USER, "AIDAEXAMPLEAPPQQQQQQQ")
        self.keys = {key_id: Key(secret, rest[0] if rest else None, None, user, USER)
                     for key_id, secret, *rest in keys}

    def offset(self):
        """How far off this world's clock is, as the database's verifier has it."""
        words = read_words(self.options.clock_file) if self.options.clock_file else []
        return int(words[0]) if words else 0

    def now(self):
        return int(time.time()) + self.offset()

    def at(self, seconds):
        """So many seconds from now, as text."""
        return time.strftime(ISO, time.gmtime(self.now() + seconds))

    def issue(self, role, session, life):
        """Temporary keys of a role (None: of the user), which databases know from now on."""
        key_id = "ASIA" + base64.b32encode(secrets.token_bytes(10)).decode()
        secret = "wJalrXUtnFEMI/" + secrets.token_urlsafe(19).replace("_", "/").replace("-", "+")
        token = "AQoDYXdz" + base64.b64encode(secrets.token_bytes(300)).decode()
        identity = (USER, "AIDAEXAMPLEAPPQQQQQQQ") if role is None else (
            f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{session}",
            f"{role.id}:{session}")
        end = self.now() + life
        key = Key(secret, token, end, identity, USER if role is None else role.arn)
        with self.lock:
            self.keys[key_id] = key
            if self.options.keys_file:
                stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(end))
                with open(self.options.keys_file, "a", encoding="ascii") as file:
                    file.write(f"{key_id} {secret} {token} {stamp}\n")
        return key_id, key

    def use_code(self, device, code):
        """A code of a device is good once."""
        with self.lock:
            if device != DEVICE or code not in self.codes:
                return False
            self.codes.remove(code)
            return True


# --- tokens of web identities --------------------------------------------------------------------

def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text):
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def jwt(claims, signature=b"EXAMPLE-signature-of-an-issuer"):
    parts = {"typ": "JWT", "alg": "RS256", "kid": "EXAMPLE"}, claims
    return ".".join([base64url(json.dumps(part).encode()) for part in parts] +
                    [base64url(signature)])


def web_identity(issuer, life, now):
    """A token as the issuer gives it, with the subject that the role Web trusts."""
    return jwt({"iss": issuer, "sub": ISSUERS[issuer], "aud": AUDIENCE, "iat": now,
                "exp": now + life})
