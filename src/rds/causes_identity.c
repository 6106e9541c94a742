/* Causes: no AWS credentials, or such as AWS refuses; by the words of our own errors. */
#include "causes_rows.h"

enum { IDENTITY = RP_ONE_OF(RP_STAGE_IDENTITY) };

static const struct rp_cause_row rows[] = {
    {.cause = {"identity-clock", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "AWS compares the time of a signature with its own clock, and "
               "they differ by more than five minutes. Tokens for the "
               "database would be refused, too.",
               "@clock"},
     .stages = IDENTITY,
     .text = {"Signature expired", "Signature not yet current", "RequestExpired"},
     .msg = "{said}",
     .hint = "set the clock of this machine"},
    {.cause = {"identity-expired", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The AWS credentials that were found are over. A token that "
               "they sign is refused, however young it is.",
               "Get new ones. With IAM Identity Center, aws login, or "
               "temporary keys:\n"
               "@renew\n"
               "Keys in the environment win over a profile: take the old ones "
               "away.\n"
               "$ unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY "
               "AWS_SESSION_TOKEN"},
     .stages = IDENTITY,
     .text = {"ExpiredToken", "expired at ", "have expired already"},
     .msg = "{said}",
     .hint = "renew the credentials"},
    {.cause = {"identity-mfa-wrong", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The role wants a code of an MFA device, and the one given was "
               "wrong, or used before: each counts once, for half a minute.",
               "Wait for the next code, and try again. mfa_serial in the "
               "profile must be the ARN of your own device:\n"
               "$ aws iam list-mfa-devices --query "
               "'MFADevices[].SerialNumber' --output text"},
     .stages = IDENTITY,
     .text = {"MultiFactorAuthentication"},
     .msg = "{said}",
     .hint = "wait for the device's next code"},
    {.cause = {"identity-mfa", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The role wants a code of an MFA device, and there was nobody "
               "to ask for it.",
               "Give it: --mfa-code CODE, or a program that prints it: "
               "--mfa-command COMMAND"},
     .stages = IDENTITY,
     .text = {"no MFA code", "--mfa-code", "digits"},
     .msg = "{said}",
     .hint = "--mfa-code CODE, or --mfa-command COMMAND"},
    {.cause = {"identity-no-session", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "Keys that begin with ASIA are temporary, and come in three "
               "parts. The third, the session token, is missing, and without it "
               "AWS does not know the other two.",
               "Copy all three anew: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
               "AWS_SESSION_TOKEN, or aws_session_token in a profile.\n"
               "This prints those of a profile of the AWS CLI, as commands:\n"
               "$ aws configure export-credentials --profile {profile} --format env"},
     .advice_is_whole = true,
     .stages = IDENTITY,
     .text = {"its session token is missing"},
     .msg = "{said}",
     .hint = "set AWS_SESSION_TOKEN, too"},
    {.cause = {"identity-stray-session", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "Keys that begin with AKIA are long-term ones, and have no session "
               "token. The one that is there was left by other keys, and AWS does "
               "not take the two together.",
               "Take the session token away, or aws_session_token out of the "
               "profile:\n"
               "$ unset AWS_SESSION_TOKEN AWS_SECURITY_TOKEN"},
     .advice_is_whole = true,
     .stages = IDENTITY,
     .text = {"the session token of others is with it"},
     .msg = "{said}",
     .hint = "unset AWS_SESSION_TOKEN"},
    {.cause = {"identity-other-region", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The keys may be right: what was asked is a service of another "
               "region than it was asked for.",
               "Let AWS_REGION be the region of the service that AWS_ENDPOINT_URL "
               "or AWS_ENDPOINT_URL_STS names, or take those away:\n"
               "$ env | grep '^AWS_'"},
     .stages = IDENTITY,
     .text = {"scoped to a valid region"},
     .msg = "{said}",
     .hint = "compare AWS_REGION and AWS_ENDPOINT_URL_STS"},
    {.cause = {"identity-unknown-key", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "AWS does not know the access key: it was deleted or turned "
               "off, belongs to another partition (China and GovCloud have "
               "their own), or is a temporary one without a session token of its "
               "own, or with one that was cut.",
               "Temporary keys are three parts of one set: fetch all three anew.\n"
               "See which key it is, and where it comes from:\n"
               "@whoami\n"
               "As an administrator, see the keys of that user:\n"
               "$ aws iam list-access-keys --user-name USER"},
     .advice_is_whole = true,
     .stages = IDENTITY,
     .text = {"InvalidClientTokenId", "UnrecognizedClient"},
     .msg = "{said}",
     .hint = "the access key was deleted, turned off, or is of another partition"},
    {.cause = {"identity-wrong-secret", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "AWS knows the key, and the signature is wrong: the secret key "
               "is not the one of that key id, or was cut when it was copied.",
               "Copy both keys anew, together with the session token where "
               "there is one:\n"
               "$ aws configure --profile {profile}"},
     .stages = IDENTITY,
     .text = {"SignatureDoesNotMatch", "IncompleteSignature"},
     .msg = "{said}",
     .hint = "the secret access key is not that of its key id"},
    {.cause = {"identity-web-denied", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "AWS does not let the holder of this web identity take the "
               "role. In Kubernetes it is the service account that counts, "
               "and the role's trust policy must name it.",
               "See the trust policy of the role:\n"
               "$ aws iam get-role --role-name ROLE --query "
               "Role.AssumeRolePolicyDocument\n"
               "Its conditions must fit the issuer, the audience "
               "(sts.amazonaws.com) and the subject "
               "(system:serviceaccount:NAMESPACE:NAME) of the token."},
     .stages = IDENTITY,
     .failed = RP_ONE_OF(RP_KIND_CREDENTIALS),
     .text = {"AssumeRoleWithWebIdentity"},
     .msg = "{said}",
     .hint = "the role's trust policy must allow the token's issuer, audience and subject"},
    {.cause = {"identity-role-denied", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The role was not given. Two policies must allow it: that of "
               "who asks (sts:AssumeRole on the role), and the trust policy "
               "of the role, which names who may ask, with conditions perhaps, "
               "such as an external id (--external-id).",
               "See the trust policy of the role:\n"
               "$ aws iam get-role --role-name ROLE --query "
               "Role.AssumeRolePolicyDocument\n"
               "See who asks: the identity of the source profile.\n"
               "$ aws sts get-caller-identity --profile SOURCE-PROFILE"},
     .advice_is_whole = true,
     .stages = IDENTITY,
     .failed = RP_ONE_OF(RP_KIND_CREDENTIALS),
     .text = {"AssumeRole"},
     .msg = "{said}",
     .hint = "both the identity's policy and the role's trust policy must allow sts:AssumeRole"},
    {.cause = {"identity-sso", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The session of IAM Identity Center has ended, or was never "
               "begun on this machine.",
               "Sign in again, in a browser:\n"
               "$ aws sso login --profile {profile}"},
     .hint_is_command = true,
     .stages = IDENTITY,
     .text = {"SSO token", "SSO session has ended"},
     .msg = "{said}",
     .hint = "aws sso login"},
    {.cause = {"identity-sso-config", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "The profile is of IAM Identity Center, and what it says of that is "
               "not whole, or names a section that is not there.",
               "Correct it where the message says that it comes from, or have it "
               "asked for and written anew:\n"
               "$ aws configure sso --profile {profile}"},
     .hint_is_command = true,
     .stages = IDENTITY,
     .failed = RP_ONE_OF(RP_KIND_CONFIG),
     .text = {"[sso-session ", "for IAM Identity Center"},
     .msg = "{said}",
     .hint = "aws configure sso"},
    {.cause = {"identity-sso-role", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "IAM Identity Center knows you, and does not give you that "
               "role in that account.",
               "See which accounts and roles you have, and correct "
               "sso_account_id and sso_role_name:\n"
               "$ aws configure sso --profile {profile}"},
     .stages = IDENTITY,
     .failed = RP_ONE_OF(RP_KIND_CREDENTIALS),
     .text = {"GetRoleCredentials"},
     .msg = "{said}",
     .hint = "see sso_account_id and sso_role_name of the profile"},
    {.cause = {"identity-login", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The session of aws login has ended, or was never begun on "
               "this machine.",
               "Sign in again, in a browser:\n"
               "$ aws login --profile {profile}"},
     .hint_is_command = true,
     .stages = IDENTITY,
     .text = {"aws login"},
     .msg = "{said}",
     .hint = "aws login"},
    {.cause = {"identity-web-role", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "There is the token of a web identity, and nothing says which role "
               "is to be taken with it. EKS sets both; who sets one by hand must "
               "set the other.",
               "Name the role, here or as role_arn in the profile:\n"
               "$ export AWS_ROLE_ARN=arn:{partition}:iam::ACCOUNT:role/ROLE"},
     .advice_is_whole = true,
     .stages = IDENTITY,
     .text = {"no role to take with it"},
     .msg = "{said}",
     .hint = "set AWS_ROLE_ARN"},
    {.cause = {"identity-web-file", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The file with the token of a web identity is missing, empty "
               "or not to be read. In Kubernetes it is put into the pod where "
               "its service account is tied to a role.",
               "See what is set, and whether the file is there:\n"
               "$ env | grep '^AWS_'\n"
               "In EKS the service account needs the annotation "
               "eks.amazonaws.com/role-arn, and the pod must be made anew "
               "after it."},
     .stages = IDENTITY,
     .text = {"web identity's token"},
     .msg = "{said}",
     .hint = "who writes the file of the web identity's token?"},
    {.cause = {"identity-metadata", RP_KIND_NO_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "On EC2 the machine itself hands out credentials, by its "
               "metadata service, and that did not answer or has none. In a "
               "container its answers are one hop too far by default; else "
               "the instance has no role.",
               "Let the answers pass one hop more:\n"
               "$ aws ec2 modify-instance-metadata-options --instance-id "
               "INSTANCE-ID --http-put-response-hop-limit 2\n"
               "See whether the instance has a role:\n"
               "$ aws ec2 describe-instances --instance-ids INSTANCE-ID "
               "--query 'Reservations[].Instances[].IamInstanceProfile.Arn' "
               "--output text"},
     .advice_is_whole = true,
     .stages = IDENTITY,
     .text = {"instance metadata service", "instance's role"},
     .msg = "{said}",
     .hint = "in a container on EC2: HttpPutResponseHopLimit=2"},
    {.cause = {"identity-container", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "In a container of ECS or EKS a service hands out the "
               "credentials of the task or pod, and it refused or did not "
               "answer.",
               "See what is set:\n"
               "$ env | grep '^AWS_CONTAINER'\n"
               "The task needs a task role (not the execution role); in EKS "
               "the pod identity agent must run, and the association exist:\n"
               "$ aws eks list-pod-identity-associations --cluster-name "
               "CLUSTER"},
     .stages = IDENTITY,
     .text = {"container's credential service"},
     .msg = "{said}"},
    {.cause = {"identity-process", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The profile gets its credentials from a program of yours "
               "(credential_process), which failed.",
               "Run the program of credential_process by hand, and see what "
               "it says."},
     .stages = IDENTITY,
     .text = {"credential_process", "exit code", "was killed by", "printed"},
     .msg = "{said}"},
    {.cause = {"identity-partial", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "There is an access key without its secret key. Both are "
               "needed.",
               "Set the other one as well, or take the one away:\n"
               "$ unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY "
               "AWS_SESSION_TOKEN"},
     .stages = IDENTITY,
     .text = {"partial credentials"},
     .msg = "{said}"},
    {.cause = {"identity-no-profile", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "A profile was named, and there is none of that name in the "
               "files of the AWS CLI.",
               "See which there are:\n"
               "$ aws configure list-profiles\n"
               "Name one of them with --profile, or correct AWS_PROFILE."},
     .stages = IDENTITY,
     .text = {"is neither in", "does not exist"},
     .msg = "{said}",
     .hint = "aws configure list-profiles"},
    {.cause = {"identity-no-region", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "Credentials are fetched from a service of some region, and "
               "none is set, or it is turned off for the account.",
               "Set one:\n"
               "$ export AWS_REGION={region}"},
     .stages = IDENTITY,
     .text = {"no region for", "RegionDisabled"},
     .msg = "{said}",
     .hint = "set AWS_REGION"},
    {.cause = {"identity-unreachable", RP_KIND_NETWORK, RP_REMEDY_WAIT, RP_CONFIDENCE_LIKELY,
               "AWS's own service did not answer. If the credentials are here "
               "already, the login to the database does not need it; then "
               "this is a warning only.",
               "See whether AWS can be reached:\n"
               "$ curl -sSI https://sts.{region}.{dns-suffix}/\n"
               "In a VPC without internet make an endpoint:\n"
               "$ aws ec2 create-vpc-endpoint --vpc-id VPC-ID "
               "--vpc-endpoint-type Interface --service-name "
               "com.amazonaws.{region}.sts --region {region}"},
     .stages = IDENTITY,
     .failed = RP_ONE_OF(RP_KIND_NETWORK),
     .msg = "{said}",
     .hint = "check the way to AWS from here: DNS, HTTPS_PROXY, a VPC endpoint of sts"},
    {.cause = {"identity-tls", RP_KIND_TLS, RP_REMEDY_NONE, RP_CONFIDENCE_LIKELY,
               "The certificate of AWS's service is not one that this machine "
               "trusts. A proxy of your company may be opening TLS.",
               "Name the file that has that proxy's root:\n"
               "$ export AWS_CA_BUNDLE=FILE"},
     .stages = IDENTITY,
     .failed = RP_ONE_OF(RP_KIND_TLS),
     .msg = "{said}",
     .hint = "AWS_CA_BUNDLE names a file with the root of a proxy that looks into TLS"},
    {.cause = {"identity-none", RP_KIND_NO_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_CERTAIN,
               "No AWS credentials were found, in none of the places where "
               "they may be: environment, profile, container, instance. "
               "Without them no token can be signed.",
               "See where was looked, and what was found there:\n"
               "$ rdspass whoami -v\n"
               "Sign in, or name a profile that has keys, a role or SSO:\n"
               "$ aws configure list-profiles\n"
               "@renew\n"
               "What cron, systemd or a CI starts has neither the variables of "
               "your shell nor, as another user, your ~/.aws: set AWS_PROFILE "
               "and AWS_CONFIG_FILE there, or run it where a role is given.\n"
               "The role of an EC2 instance is asked for where its metadata "
               "service answers and AWS_EC2_METADATA_DISABLED is not set."},
     .advice_is_whole = true,
     .stages = IDENTITY,
     .failed = RP_ONE_OF(RP_KIND_NO_CREDENTIALS),
     .msg = "{said}",
     .hint = "--profile PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"},
    {.cause = {"identity-config", RP_KIND_CONFIG, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "What is configured for the AWS credentials cannot be used, "
               "for the reason given.",
               "Correct it where the message says that it comes from."},
     .stages = IDENTITY,
     .failed = RP_ONE_OF(RP_KIND_CONFIG) | RP_ONE_OF(RP_KIND_USAGE),
     .msg = "{said}"},
    {.cause = {"identity-refused", RP_KIND_CREDENTIALS, RP_REMEDY_NONE, RP_CONFIDENCE_POSSIBLE,
               "The AWS credentials that were found cannot be used, for the "
               "reason given.",
               "See which they are, and where they come from:\n"
               "@whoami\n"
               "@renew"},
     .stages = IDENTITY,
     .msg = "{said}"},
};

const struct rp_cause_part rp_causes_identity = {rows, sizeof(rows) / sizeof(rows[0])};
