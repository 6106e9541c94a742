"""In what rdspass differs from Debian's AWS CLI and botocore, on purpose; docs/credentials.md says it, too.

A Row's title is the first cell of its line in the page. `applies` is told the case, which peer it is,
and both results, and is as narrow as the difference is.
"""
import json
import re
from typing import Callable, NamedTuple

REGIONS_BY_VARIABLE = ("AWS_REGION", "AWS_DEFAULT_REGION")
WEB_IDENTITY_VARIABLES = ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME")

ODD_SESSION = "me at home"
# Of a base that rdspass need not ask, since a role on top of it is cached.
ERRORS_OF_SOURCES = (
    "must have credentials|no role ARN configured|No credentials found in credential_source|from custom-process|"
    "Partial credentials found in (env|shared-credentials-file|config-file)|"
    "configured to use SSO but is missing|sso-session does not exist|is inconsistent between|"
    "Unsupported host|No such file or directory|Expecting value|still expired")


class Row(NamedTuple):
    title: str
    applies: Callable


def tidied(calls):
    """The calls as text, with the name of the session that STS would take."""
    return json.dumps(calls).replace(ODD_SESSION, ODD_SESSION.replace(" ", "-"))


def regionless(calls):
    """The same, whatever the regions are that were asked and signed for."""
    told = [[call[0], call[2], call[3], call[5]] if "Assume" in call[0] else call for call in calls]
    return tidied(told)


def same_but_for_regions(ours, theirs):
    same = all(ours.get(part) == theirs.get(part) for part in ("key", "error", "expires"))
    return same and regionless(ours["calls"]) == regionless(theirs["calls"])


def other_default_profile(case, kind, ours, theirs):
    """Plain botocore reads AWS_DEFAULT_PROFILE before AWS_PROFILE."""
    first, second = case["env"].get("AWS_PROFILE"), case["env"].get("AWS_DEFAULT_PROFILE")
    return kind == "botocore" and case["profile"] is None and None not in (first, second) and first != second


def other_region(case, kind, ours, theirs):
    """Plain botocore does not read AWS_REGION, and takes a global endpoint where it has no region."""
    return kind == "botocore" and bool(case["env"].get("AWS_REGION")) and (
        same_but_for_regions(ours, theirs) or "SSLError" in theirs["classes"])


def legacy_sts(case, kind, ours, theirs):
    """The AWS CLI has no such setting any more."""
    return kind == "cli" and case["env"].get("AWS_STS_REGIONAL_ENDPOINTS") == "legacy" and \
        same_but_for_regions(ours, theirs)


def no_region(case, kind, ours, theirs):
    """The AWS CLI asks the instance, and botocore the global endpoint."""
    return "no region for STS" in ours["said"] and ours["calls"] == [] and case["region"] is None and not any(
        case["env"].get(name) for name in REGIONS_BY_VARIABLE)


def login_session(case, kind, ours, theirs):
    """Debian's versions are older than `aws login`."""
    return "aws login" in ours["said"] and "login_session" in case["files"].get(".aws/config", "")


def silent_process(case, kind, ours, theirs):
    return "printed nothing" in ours["said"] and "JSONDecodeError" in theirs["classes"]


def empty_region(case, kind, ours, theirs):
    return any(case["env"].get(name) == "" for name in REGIONS_BY_VARIABLE) and (
        bool(re.search(r"Invalid endpoint: https://[\w.-]+\.\.", theirs["said"])) or
        same_but_for_regions(ours, theirs))


def cached_role(case, kind, ours, theirs):
    """They resolve the base first, and then find that nobody needs it."""
    signers = [call[3] for call in ours["calls"] if call[0] == "AssumeRole"]
    if not any(key.startswith("ASIACACHED") for key in [ours.get("key", ""), *signers[:1]]):
        return False
    if "error" in theirs:
        return theirs["calls"] == [] and re.search(ERRORS_OF_SOURCES, theirs["said"]) is not None
    rest = [call for call in theirs["calls"] if call[0] not in ("imds", "container")]
    return theirs["key"] == ours.get("key") and tidied(ours["calls"]) == tidied(rest)


def empty_setting(case, kind, ours, theirs):
    """They send it; it is refused before."""
    return "Parameter validation failed" in theirs["said"] or any(
        "" in call[2].values() for call in theirs["calls"] if "Assume" in call[0])


def session_name(case, kind, ours, theirs):
    """Of what STS would not take."""
    return ODD_SESSION in json.dumps(theirs["calls"]) and tidied(ours["calls"]) == tidied(theirs["calls"])


def mfa_code(case, kind, ours, theirs):
    """They load some bases before they ask for the code."""
    return "no MFA code for" in ours["said"] and ours["calls"] == [] and "error" in theirs and all(
        call[0] in ("imds", "container") for call in theirs["calls"])


def cached_source(case, kind, ours, theirs):
    """They keep the answers for the selected profile alone."""
    signers = [call[3] for call in ours["calls"] if call[0] == "AssumeRole"]
    asked = any(call[0] in ("GetRoleCredentials", "AssumeRoleWithWebIdentity") for call in theirs["calls"])
    unable = re.search("Error loading SSO Token|from sso|No such file or directory", theirs["said"])
    return any(signer.startswith("ASIACACHED") for signer in signers) and (asked or unable is not None)


def broken_cache(case, kind, ours, theirs):
    """They fall over a file that is no JSON."""
    return "cached broken" in case["kinds"] and theirs["classes"][:1] == ["KeyError"]


def container_refusal(case, kind, ours, theirs):
    """They ask three times, whatever the answer is."""
    refused = [call for call in ours["calls"] if call[:2] == ["container", "/denied"]]
    return len(refused) == 1 and ours.get("error") == theirs.get("error") and theirs["calls"] == 3 * refused


def container_token_file(case, kind, ours, theirs):
    """Debian's versions do not know the variable."""
    asked = [call for call in theirs["calls"] if call[0] == "container"]
    return "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" in case["env"] and bool(asked) and \
        [call[:2] for call in ours["calls"] if call[0] == "container"] == [call[:2] for call in asked]


def empty_web_identity(case, kind, ours, theirs):
    """They take an empty variable for said, and do not look into the profile."""
    return any(case["env"].get(name) == "" for name in WEB_IDENTITY_VARIABLES) and (
        "no role ARN configured" in theirs["said"] or
        "a web identity's token is given, and no role" in ours["said"] or
        any(call[0] == "AssumeRoleWithWebIdentity" for call in ours["calls"]))


def ended_sso_token(case, kind, ours, theirs):
    """Debian's versions send it, in the legacy form, and are told so."""
    return "without an sso-session tokens are not renewed" in ours["said"] and ours["calls"] == [] and \
        "has expired or is otherwise invalid" in theirs["said"]


def sso_session_of_source(case, kind, ours, theirs):
    """Debian's versions look for the token of the selected profile, and fall over None."""
    return "'NoneType' object has no attribute 'get_frozen_token'" in theirs["said"]


def security_token(case, kind, ours, theirs):
    """They prefer the old name, and sign with what does not go with the key."""
    old, new = case["env"].get("AWS_SECURITY_TOKEN"), case["env"].get("AWS_SESSION_TOKEN")
    told = [[new if part == old else part for part in call] for call in theirs["calls"]]
    return bool(old and new) and same_but_for_regions(ours, theirs | {"calls": told})


def unneeded_sso_session(case, kind, ours, theirs):
    """They read it for every client of any service."""
    return "is configured to use the SSO token provider but" in theirs["said"]


def empty_relative_uri(case, kind, ours, theirs):
    return case["env"].get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") == "" and ours["calls"] == [] and \
        "is set and empty" in ours["said"] and theirs["error"] == "unusable"


def empty_profile_variable(case, kind, ours, theirs):
    nameless = "The config profile () could not be found"
    return case["env"].get("AWS_PROFILE") == "" and theirs["said"] == nameless


ROWS = [
    Row("`AWS_PROFILE` beside `AWS_DEFAULT_PROFILE`", other_default_profile),
    Row("`AWS_PROFILE=` (empty)", empty_profile_variable),
    Row("`AWS_REGION`", other_region),
    Row("`AWS_REGION=`, `AWS_DEFAULT_REGION=` (empty)", empty_region),
    Row("`AWS_SECURITY_TOKEN` beside `AWS_SESSION_TOKEN`", security_token),
    Row("no region anywhere", no_region),
    Row("`AWS_STS_REGIONAL_ENDPOINTS=legacy`", legacy_sts),
    Row("an empty `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`, `AWS_ROLE_SESSION_NAME`",
        empty_web_identity),
    Row("an empty `external_id`, `mfa_serial`, `duration_seconds`, `role_session_name`", empty_setting),
    Row("`role_session_name` with characters that STS does not take", session_name),
    Row("the code of an MFA device", mfa_code),
    Row("a role's credentials are cached", cached_role),
    Row("a cache file that is no JSON", broken_cache),
    Row("web identity or SSO of a *source* profile", cached_source),
    Row("`sso_session` in a *source* profile", sso_session_of_source),
    Row("an incomplete `sso_session` that nobody needs", unneeded_sso_session),
    Row("an SSO token of the legacy form that has ended", ended_sso_token),
    Row("`login_session`", login_session),
    Row("a `credential_process` that prints nothing", silent_process),
    Row("`AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=` (empty)", empty_relative_uri),
    Row("a container's service that refuses", container_refusal),
    Row("`AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`", container_token_file),
]


def known_difference(case, kind, ours, theirs):
    """The title of the row that explains it; None: nothing does."""
    return next((row.title for row in ROWS if row.applies(case, kind, ours, theirs)), None)
