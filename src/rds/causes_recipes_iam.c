/* Causes: advice about who signs, and what IAM lets that identity do. */
#include "causes_line.h"

/* Puts policy.json on who signs. */
static const char *attach_policy(const struct rp_cause_target *target)
{
    switch (rp_cause_principal_of(target, &(struct rp_span){0})) {
    case RP_PRINCIPAL_ROLE:
        return "$ aws iam put-role-policy --role-name {principal} "
               "--policy-name rdspass-connect --policy-document file://policy.json";
    case RP_PRINCIPAL_SSO_ROLE:
        return "The role {principal} is made by IAM Identity Center, and cannot be changed in "
               "IAM: add the statement to its permission set, as its inline policy:\n"
               "$ aws sso-admin put-inline-policy-to-permission-set --instance-arn "
               "SSO-INSTANCE-ARN --permission-set-arn PERMISSION-SET-ARN --inline-policy "
               "file://policy.json\n"
               "$ aws sso-admin provision-permission-set --instance-arn SSO-INSTANCE-ARN "
               "--permission-set-arn PERMISSION-SET-ARN --target-type ALL_PROVISIONED_ACCOUNTS";
    case RP_PRINCIPAL_USER:
        return "$ aws iam put-user-policy --user-name {principal} "
               "--policy-name rdspass-connect --policy-document file://policy.json";
    case RP_PRINCIPAL_ROOT:
        return "It was signed by the root user of the account, which needs no policy and should "
               "not be used for this: take a role that has this policy.";
    case RP_PRINCIPAL_UNKNOWN:
        break;
    }
    return "Who signs is what this prints; the policy goes to that role or user:\n"
           "$ rdspass whoami --verify\n"
           "$ aws iam put-role-policy --role-name ROLE --policy-name rdspass-connect "
           "--policy-document file://policy.json";
}

#define SIMULATE(who)                                                                              \
    "$ aws iam simulate-principal-policy --policy-source-arn " who " --action-names {action} "     \
    "--resource-arns {resource} --query 'EvaluationResults[].EvalDecision' --output text"

/* What IAM would say. The path of a role that Identity Center makes is not in its sessions. */
static const char *simulate_policy(const struct rp_cause_target *target)
{
    enum rp_cause_principal who = rp_cause_principal_of(target, &(struct rp_span){0});

    if (who == RP_PRINCIPAL_SSO_ROLE)
        return SIMULATE("\"$(aws iam get-role --role-name {principal} --query Role.Arn "
                        "--output text)\"");
    if (who == RP_PRINCIPAL_ROLE || who == RP_PRINCIPAL_USER)
        return SIMULATE("{principal-arn}");
    return SIMULATE("ROLE-OR-USER-ARN");
}

/* What else makes a right token wrong, as far as nothing has vouched for it. */
static const char *token_checks(const struct rp_cause_target *target)
{
    bool port = target->via[0] != '\0' && target->port != 0 &&
                rp_engine_of_port(target->port) == RP_ENGINE_UNKNOWN;

    if (port)
        return "The token is signed for port {port}. That must be the database's own, as this "
               "prints it; the tunnel's port stands in --via alone.\n"
               "@describe";
    if (!target->clock)
        return "Each token tells its time: see that the clock of this machine is right.\n"
               "$ timedatectl";
    return "";
}

/* From the id to the policy that has it. */
static const char *allow(const struct rp_cause_target *target)
{
    if (rp_cause_is_dsql(target))
        return "Let the identity log in; save this as policy.json:\n"
               "policy>\n"
               "@attach-policy\n"
               "Ask IAM whether it is allowed now:\n"
               "@simulate-policy";
    return "The policy names the database by its resource id, which this prints:\n"
           "@resource-id\n"
           "If it is not found, who signs is of another account than the database: take a role "
           "there, with --role-arn ARN or another --profile.\n"
           "Let the identity log in; save this as policy.json, with that id:\n"
           "policy>\n"
           "@attach-policy\n"
           "Ask IAM whether it is allowed now:\n"
           "@simulate-policy";
}

/* What a policy that seems right has wrong. */
static const char *policy_notes(const struct rp_cause_target *target)
{
    (void)target;
    return "In that policy the user is written as in the database, with the same case of letters, "
           "and there are no conditions like aws:SourceIp or aws:SourceVpc, which no such login "
           "meets.\n"
           "A permissions boundary or a service control policy may forbid what it allows. One that "
           "is new takes up to some minutes: --wait SECONDS tries again.";
}

const struct rp_cause_recipe rp_cause_recipes_iam[] = {
    {"token-checks", token_checks},
    {"policy-notes", policy_notes},
    {"attach-policy", attach_policy},
    {"simulate-policy", simulate_policy},
    {"allow", allow},
    {NULL, NULL},
};
