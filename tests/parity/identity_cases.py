#!/usr/bin/python3 -sB
"""Random ways to be somebody at AWS, for tests/check/identities.t: one JSON object a line.

    identity_cases.py SEED COUNT

The same seed gives the same cases. Each has the environment, the files below HOME, and what is
given by --profile and --region. In their texts stand for what a run knows:

    @HOME@          the home directory
    @URL@           the Recorder's own address, http://127.0.0.1:PORT
    @RUN@           how the agent of containers at its fixed address knows the run
    @TIME±SECONDS@  so far from now
"""
import hashlib
import json
import random
import sys

PROFILES = ["dev", "base", "ops", "build", "default"]
START_URL = "https://d-1234.awsapps.com/start"
SSO_TOKEN_LIVES = {"fresh": 7200, "ageing": 500, "old": -60}
WEB_TOKEN = "web-identity-token-of-the-pod"


def sha1(text):
    return hashlib.sha1(text.encode()).hexdigest()


def arn(name):
    return "arn:aws:iam::123456789012:role/" + name


class Case:
    """One case as it comes to be: settings in sections, and what else is in HOME."""

    def __init__(self, dice):
        self.dice, self.kinds = dice, []
        self.names, self.env, self.files = [], {}, {}
        self.sections = {"config": {}, "credentials": {}}
        self.profile = self.region = None

    def chance(self, share):
        return self.dice.random() < share

    def pick(self, *choices):
        return self.dice.choice(choices)

    def weighted(self, **weights):
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def key_id(self):
        return "AKIA" + "".join(self.dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))

    def set(self, profile, settings, file="config"):
        self.sections[file].setdefault(profile, {}).update(settings)

    def keys(self, partial=0.0, session=0.4):
        """The two or three settings of keys; a share `partial` of them lacks one."""
        settings = {"aws_access_key_id": self.key_id(), "aws_secret_access_key": "secret"}
        if self.chance(session):
            settings["aws_session_token"] = "session-" + self.key_id()
        if self.chance(partial):
            del settings[self.pick("aws_access_key_id", "aws_secret_access_key")]
        return settings

    # -- what a profile may be --------------------------------------------------------------------

    def static(self, name):
        where = self.weighted(credentials=5, config=3, both=1, parted=0.5)
        keys = self.keys(partial=0.06)
        if where == "both":
            self.set(name, self.keys(), "config")
        if where == "parted" and len(keys) > 1:
            self.set(name, dict([keys.popitem()]), "config")
        self.set(name, keys, "config" if where == "config" else "credentials")

    def role(self, name):
        role = self.weighted(admin=8, reader=5, deploy=5, denied=0.8, short=0.6, expired=0.3,
                             invalid=0.2, nobody=0.2, disabled=0.2, hiccup=0.15)
        settings = {"role_arn": arn(f"{role}-{self.dice.randint(1, 9)}")}
        way = self.weighted(profile=10, source=3, both=0.4, neither=0.3)
        if way in ("profile", "both"):
            later = self.names[self.names.index(name) + 1:]
            settings["source_profile"] = self.pick(*(20 * later), *PROFILES, "missing")
        if way in ("source", "both"):
            settings["credential_source"] = self.pick(
                "Environment", "Environment", "EcsContainer", "Ec2InstanceMetadata",
                "Environment", "EcsContainer", "Ec2InstanceMetadata", "environment", "Nowhere")
        if self.chance(0.3):
            settings["external_id"] = self.pick("ext-1", "a b/c", "x=1&y")
        if self.chance(0.3):
            settings["duration_seconds"] = self.pick("900", "3600", "7200", "soon")
        if self.chance(0.3):
            settings["role_session_name"] = self.pick("ci", "me@example.com", "a.b-c_d", "me at home")
        if self.chance(0.04):
            settings[self.pick("external_id", "duration_seconds", "role_session_name")] = ""
        if self.chance(0.06):
            settings["mfa_serial"] = "arn:aws:iam::123456789012:mfa/me"
            self.kinds.append("MFA")
        if self.chance(0.08):  # what refers to itself needs them
            self.set(name, self.keys(), self.pick("config", "credentials"))
        if self.chance(0.05):
            settings["source_profile"] = name
        self.set(name, settings, self.pick("config", "config", "config", "credentials"))
        if self.chance(0.15):
            self.cache_role(settings)

    def cache_role(self, settings):
        """A cached answer for the role: good, ended, about to end, or broken."""
        arguments = {"RoleArn": settings["role_arn"]}
        if settings.get("external_id"):
            arguments["ExternalId"] = settings["external_id"]
        if settings.get("duration_seconds", "").isdecimal():
            arguments["DurationSeconds"] = int(settings["duration_seconds"])
        if "mfa_serial" in settings:
            arguments["SerialNumber"] = settings["mfa_serial"]
        if settings.get("role_session_name"):
            arguments["RoleSessionName"] = settings["role_session_name"]
        path = f".aws/cli/cache/{sha1(json.dumps(arguments, sort_keys=True))}.json"
        state = self.weighted(good=5, ending=1, ended=2, broken=0.4)
        self.kinds.append("cached " + state)
        life = {"good": 3000, "ending": 600, "ended": -100, "broken": 0}[state]
        form = self.pick("Z", "UTC", "+00:00")
        document = {"Credentials": {
            "AccessKeyId": "ASIACACHED" + sha1(path)[:10].upper(), "SecretAccessKey": "cached",
            "SessionToken": "cached-token", "Expiration": f"@TIME{life:+}@" + form}}
        self.files[path] = "{" if state == "broken" else json.dumps(document)

    def web(self, name):
        settings = {"web_identity_token_file": self.token_file("profile")}
        if self.chance(0.85):
            settings["role_arn"] = arn(self.pick("pod", "pod-2", "denied-pod"))
        if self.chance(0.4):
            settings["role_session_name"] = "pod-session"
        if self.chance(0.2):
            settings["source_profile"] = self.pick(*PROFILES)
        if self.chance(0.2):
            settings["external_id"] = "not-asked"
        self.set(name, settings)

    def token_file(self, name):
        state = self.weighted(good=10, missing=1)
        if state == "good":
            self.files["token-" + name] = f"{WEB_TOKEN}-{name}"
        return "@HOME@/token-" + name

    def sso(self, name):
        settings = {"sso_account_id": self.pick("000123456789", "210987654321"),
                    "sso_role_name": self.weighted(Admin=6, Reader=6, denied=1)}
        place = {"sso_start_url": START_URL, "sso_region": self.pick("us-east-1", "eu-west-1")}
        # Debian's versions fall over an sso-session in a source profile.
        session = self.chance(0.7 if name == self.names[0] else 0.2)
        if self.chance(0.12):
            del settings[self.pick(*settings)]
        if self.chance(0.08):
            del place[self.pick(*place)]
        if session:
            settings["sso_session"] = "corp"
            if self.chance(0.93):
                self.sections["config"].setdefault("sso-session corp", {}).update(place)
            if self.chance(0.15):
                settings["sso_region"] = self.pick("us-east-1", "eu-west-1")
        else:
            settings.update(place)
        self.set(name, settings)
        self.sso_token("corp" if session else START_URL, session, place.get("sso_region", "us-east-1"))
        if self.chance(0.2):
            self.cache_sso(settings, session)

    def sso_token(self, key, renewable, region):
        state = self.weighted(fresh=8, ageing=3, old=3, missing=1)
        self.kinds.append("sso token " + state)
        if state == "missing":
            return
        word = self.weighted(token=9, revoked=1)
        document = {"startUrl": START_URL, "region": region, "accessToken": f"{word}-{state}",
                    "expiresAt": f"@TIME{SSO_TOKEN_LIVES[state]:+}@Z"}
        if renewable and self.chance(0.8):
            document |= {"clientId": "client-1", "clientSecret": "client-secret",
                         "registrationExpiresAt": f"@TIME{self.pick(86400, 86400, 86400, -60):+}@Z",
                         "refreshToken": self.weighted(refresh=8, revoked=1)}
        self.files[f".aws/sso/cache/{sha1(key)}.json"] = json.dumps(document)

    def cache_sso(self, settings, session):
        if not {"sso_account_id", "sso_role_name"} <= settings.keys():
            return
        which = {"sessionName": "corp"} if session else {"startUrl": START_URL}
        key = {"accountId": settings["sso_account_id"], "roleName": settings["sso_role_name"], **which}
        path = sha1(json.dumps(key, sort_keys=True, separators=(",", ":")))
        life = self.pick(3000, 600, -100)
        self.kinds.append("sso role cached")
        self.files[f".aws/cli/cache/{path}.json"] = json.dumps({"ProviderType": "sso", "Credentials": {
            "AccessKeyId": "ASIACACHEDSSO" + path[:7].upper(), "SecretAccessKey": "cached",
            "SessionToken": "cached-token", "Expiration": f"@TIME{life:+}@Z"}})

    def process(self, name):
        state = self.weighted(good=8, ending=1, ended=1, failing=1, silent=0.5, version=0.5, partial=0.5,
                              absent=0.5)
        document = {"Version": 1, "AccessKeyId": self.key_id(), "SecretAccessKey": "secret"}
        if state in ("ending", "ended") or self.chance(0.5):
            life = {"ending": 300, "ended": -60}.get(state, 3600)
            document |= {"SessionToken": "by-process", "Expiration": f"@TIME{life:+}@Z"}
        if state == "version":
            document["Version"] = self.pick(2, "1")
        if state == "partial":
            del document[self.pick("AccessKeyId", "SecretAccessKey")]
        self.files["said-" + name] = "" if state == "silent" else json.dumps(document)
        command = {"failing": "sh -c 'echo no >&2; exit 3'", "absent": "@HOME@/not-there"}
        self.set(name, {"credential_process": command.get(state, f"cat '@HOME@/said-{name}'")},
                 self.pick("config", "config", "credentials"))
        self.kinds.append("process " + state)

    def login(self, name):
        self.set(name, {"login_session": "arn:aws:iam::123456789012:user/me"})

    def bare(self, name):
        self.set(name, {"output": "json"})

    # -- around the profiles ----------------------------------------------------------------------

    def environment_keys(self):
        keys = self.keys(partial=0.15)
        if self.chance(0.12):
            keys[self.pick(*keys)] = ""
        self.env.update({name.upper(): value for name, value in keys.items()})
        if self.chance(0.08):
            self.env["AWS_SECURITY_TOKEN"] = "legacy"
        if self.chance(0.15) and "AWS_SESSION_TOKEN" in self.env:
            self.env["AWS_CREDENTIAL_EXPIRATION"] = f"@TIME{self.pick(3600, 3600, 300, -60):+}@Z"
        self.kinds.append("environment keys")

    def environment_web(self):
        parts = {"AWS_WEB_IDENTITY_TOKEN_FILE": self.token_file("env"), "AWS_ROLE_ARN": arn("env-pod"),
                 "AWS_ROLE_SESSION_NAME": "env-session"}
        for name, value in parts.items():
            if self.chance(0.8):
                self.env[name] = "" if self.chance(0.06) else value
        self.kinds.append("environment web")

    def container(self):
        way = self.weighted(full=5, relative=4, both=2, empty=0.7, foreign=0.7, denied=0.5)
        if way in ("full", "both"):
            self.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "@URL@/v1/credentials?id=7"
        if way in ("relative", "both"):
            self.env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/@RUN@/v2/credentials?id=7"
        if way == "empty":
            self.env["AWS_CONTAINER_CREDENTIALS_" + self.pick("RELATIVE", "FULL") + "_URI"] = ""
        if way == "foreign":
            self.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://203.0.113.9/credentials"
        if way == "denied":
            self.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "@URL@/denied"
        if self.chance(0.5):
            self.env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic abc"
        if self.chance(0.1):
            self.env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "@HOME@/container-token"
            self.files["container-token"] = "from-file"
        self.kinds.append("container " + way)

    def instance(self):
        """IMDS is there, or disabled; nothing ever waits for an address that does not answer."""
        # Without the slash the AWS CLI looks for a host "127.0.0.1:PORTlatest".
        self.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "@URL@/"
        self.env["AWS_EC2_METADATA_DISABLED"] = self.weighted(true=5, false=3, TRUE=0.5)
        if self.chance(0.1):
            del self.env["AWS_EC2_METADATA_DISABLED"]

    def regions(self):
        if self.chance(0.97):
            name = self.weighted(AWS_REGION=3, AWS_DEFAULT_REGION=3, profile=5, option=2, none=0.2)
            value = self.weighted(**{"us-east-1": 4, "eu-west-1": 4, "eu-central-1": 4, "ap-southeast-2": 2,
                                     "us-gov-west-1": 1, "cn-north-1": 1})
            if name == "option":
                self.region = value
            elif name.startswith("AWS"):
                self.env[name] = value
            elif name == "profile":
                for profile in self.names:
                    self.set(profile, {"region": value})
        if self.chance(0.1):
            self.env[self.pick("AWS_REGION", "AWS_DEFAULT_REGION")] = self.pick("eu-west-1", "")

    def endpoints(self):
        for name in "FIPS", "DUALSTACK":
            if self.chance(0.04):
                self.env[f"AWS_USE_{name}_ENDPOINT"] = self.pick("true", "true", "false")
                self.kinds.append(name)
        if self.chance(0.03):
            self.env["AWS_STS_REGIONAL_ENDPOINTS"] = self.pick("legacy", "regional")

    def select(self):
        way = self.weighted(option=8, AWS_PROFILE=5, AWS_DEFAULT_PROFILE=1, none=2, two=0.7, empty=0.4,
                            missing=0.5)
        name = self.pick(*(6 * self.names[:1]), *self.names)
        if way == "option" or way == "none" and "default" not in self.names:
            self.profile = name
        elif way in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
            self.env[way] = name
        elif way == "two":
            self.env |= {"AWS_PROFILE": name, "AWS_DEFAULT_PROFILE": self.pick(*PROFILES)}
        elif way == "empty":
            self.env["AWS_PROFILE"] = ""
        elif way == "missing":
            self.env["AWS_PROFILE"] = "not-there"
        self.kinds.append("profile by " + way)

    def make(self):
        """Profiles, of which the first ones are mostly roles on top of later ones."""
        self.names = self.dice.sample(PROFILES, self.dice.randint(2, 5))
        for place, name in enumerate(self.names):
            role = 2 if place == len(self.names) - 1 else 40
            kinds = [self.weighted(static=6, role=role, web=2.5, sso=5, process=2, login=0.4, bare=0.7)]
            if self.chance(0.08):
                kinds.append(self.pick("static", "role", "web", "sso", "process", "login"))
            for kind in kinds:
                getattr(self, kind)(name)
                self.kinds.append(kind)
        if self.chance(0.2):
            self.environment_keys()
        if self.chance(0.15):
            self.environment_web()
        if self.chance(0.25):
            self.container()
        self.instance()
        self.regions()
        self.endpoints()
        self.select()


def section(file, name):
    if file == "credentials" or name == "default" or name.startswith("sso-session "):
        return f"[{name}]\n"
    return f"[profile {name}]\n"


def one(seed, number):
    case = Case(random.Random(f"{seed}/{number}"))
    case.make()
    for file, sections in case.sections.items():
        text = "".join(section(file, name) + "".join(f"{key} = {value}\n" for key, value in rows.items())
                       for name, rows in sections.items())
        if text:
            case.files[".aws/" + file] = text
    return {"number": number, "kinds": sorted(set(case.kinds)), "env": case.env, "files": case.files,
            "profile": case.profile, "region": case.region}


def main():
    for number in range(int(sys.argv[2])):
        print(json.dumps(one(sys.argv[1], number)))


if __name__ == "__main__":
    main()
