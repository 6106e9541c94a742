/* Unit test of src/rds/causes_advise.c: what each cause means, and what to do, in names one has. */
#include "causes_advised.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "rdspass/codec/json.h"
#include "rdspass/codec/shlex.h"

#define ROLE "arn:aws:sts::123456789012:assumed-role/app-role/session"
#define SSO "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_dba_0123456789abcdef/me"
#define CHINA "db.cluster-abc123.rds.cn-north-1.amazonaws.com.cn"
#define GOV "one.abc123def456.us-gov-west-1.rds.amazonaws.com"

enum { PIECES_MAX = 60 };

/* A file for a shell, with all commands of one target. */
static char script[] = "/tmp/causes-advice-XXXXXX";

/* --- each piece of each row --------------------------------------------------------- */

static bool is_json(const char *text)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    struct rp_error err = {0};

    return !rp_failed(rp_json_parse(rp_span(text), RP_KIND_CONFIG, "it", &json, &err)) &&
           rp_json_is_object(json);
}

static bool is_shell(const char *text)
{
    RP_BUF_AUTO struct rp_buf words = {.max = ADVICE_MAX};
    size_t count = 0;

    return rp_shlex_split(rp_span(text), &words, &count) == NULL && count > 0;
}

/* SQL ends, and no quote is open in it. */
static bool is_sql(const char *text)
{
    char open = '\0';

    for (const char *c = text; *c != '\0'; c++) {
        if (open == '\'' && *c == '\\' && c[1] != '\0')
            c++;
        else if (open != '\0' ? *c == open : strchr("'\"`", *c) != NULL)
            open = open == '\0' ? *c : '\0';
    }
    return open == '\0' && rp_span_ends(rp_span(text), ";");
}

static bool is_lines(const char *text)
{
    struct rp_span rest = rp_span(text);
    struct rp_span line;

    while (rp_span_split(&rest, '\n', &line))
        if (!rp_utf8_valid(line) || rp_utf8_has_control(line))
            return false;
    return text[0] != '\0';
}

static bool is_plain(const char *text)
{
    return is_lines(text) && strpbrk(text, "{}\n") == NULL && text[0] != '@';
}

static bool is_right(enum rp_advice_kind kind, const char *text)
{
    switch (kind) {
    case RP_ADVICE_SHELL:
        return is_lines(text) && !has(text, "\n") && is_shell(text);
    case RP_ADVICE_SQL:
        return is_lines(text) && !has(text, "\n") && is_sql(text);
    case RP_ADVICE_POLICY:
        return is_lines(text) && is_json(text);
    case RP_ADVICE_CONFIG:
        return is_lines(text) && rp_span_starts(rp_span(text), "[");
    case RP_ADVICE_TEXT:
        return is_plain(text);
    case RP_ADVICE__COUNT:
        break;
    }
    return false;
}

static void check_row(const struct rp_cause *cause, const struct rp_cause_target *target,
                      FILE *commands)
{
    RP_BUF_AUTO struct rp_buf why = {.max = ADVICE_MAX};
    enum rp_advice_kind kind = RP_ADVICE_TEXT;
    size_t count = 0;
    size_t wrong = 0;

    for (;; count++) {
        RP_BUF_AUTO struct rp_buf piece = {.max = ADVICE_MAX};

        if (!rp_cause_advise(cause, target, count, &kind, &piece))
            break;
        if (!is_right(kind, rp_buf_str(&piece))) {
            wrong++;
            (void)printf("# %s: %s\n", rp_advice_word(kind), rp_buf_str(&piece));
        }
        if (kind == RP_ADVICE_SHELL)
            (void)fprintf(commands, "%s\n", rp_buf_str(&piece));
    }
    OK(count > 0 && count < PIECES_MAX && wrong == 0, "%s: %zu pieces of advice", cause->name,
       count);
    rp_cause_explain(cause, target, &why);
    OK(is_plain(rp_buf_str(&why)) && rp_span_ends(rp_buf_span(&why), ".") && why.len < 500,
       "%s: it is explained", cause->name);
}

/* What `sh` makes of a file: its exit code. With "-n" it only reads it. */
static int run_shell(const char *option, const char *path)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        execl("/bin/sh", "sh", option, path, (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)
               ? WEXITSTATUS(status)
               : -1;
}

static void check_rows(const struct rp_cause_target *target, const char *what)
{
    FILE *commands = fopen(script, "w");
    const struct rp_cause *row;

    if (!OK(commands != NULL, "a file for the commands: %s", what))
        return;
    for (size_t i = 0; (row = rp_cause_at(i)) != NULL; i++)
        check_row(row, target, commands);
    OK(fclose(commands) == 0 && run_shell("-n", script) == 0, "a shell reads them: %s", what);
}

static void test_rows(void)
{
    static const struct login logins[] = {
        {CLUSTER, MY, 0, "", false},
        {INSTANCE, PG, 0, "", false},
        {PROXY, MY, 0, "", false},
        {PROXY_ENDPOINT, PG, 0, "", false},
        {DSQL, PG, 0, "", false},
        {PRIVATELINK, PG, 0, "", false},
        {CHINA, MY, 0, "", false},
        {GOV, PG, 0, "", false},
        {"a.cluster-custom-b" RDS, MY, 0, "", false},
        {"a.shardgrp-b" RDS, PG, 0, "", false},
        {"a.global-b.global.rds.amazonaws.com", MY, 0, "", false},
    };

    for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
        struct rp_endpoint endpoint = endpoint_of(logins[i].host);
        struct rp_cause_target target = target_of(&logins[i], &endpoint);

        check_rows(&target, logins[i].host);
    }
    struct rp_endpoint other = {0};
    struct rp_error err = {0};
    WORKS(rp_endpoint_parse_any(RP_SPAN("db.corp.example"), &other, &err), err, "a host");
    struct rp_cause_target target = target_of(&my, &other);
    check_rows(&target, "a host that is no endpoint");
    check_rows(&(struct rp_cause_target){.user = "", .database = "", .via = "", .region = ""},
               "nothing is known");
}

/* Names with all that a shell or SQL would misread. */
static void test_hostile_names(void)
{
    static const char *const names[] = {
        "o'brien\"; touch /tmp/pwned #",
        "$(touch /tmp/pwned)",
        "`touch /tmp/pwned`",
        "a\\'b\\",
        "a\nb",
        "\x1b[31m",
        "\xff\xfe",
        "$USER",
        "@allow",
        "-rf",
        "*",
        "sql> DROP",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct rp_endpoint endpoint = endpoint_of(CLUSTER);
        struct rp_cause_target target = target_of(i % 2 == 0 ? &my : &pg, &endpoint);
        char identity[128];

        (void)snprintf(identity, sizeof(identity), "arn:aws:iam::1:user/%s", names[i]);
        target.user = target.database = target.profile = target.account = names[i];
        target.identity = identity;
        check_rows(&target, "a hostile name");
    }
}

/* --- a shell runs them ----------------------------------------------------------------- */

/* The name comes to the command as it is, and does nothing else. */
static void test_shell_quotes(void)
{
    static const char name[] = "o'brien $(exit 9); exit 8 \"`exit 7`";
    struct rp_endpoint endpoint = endpoint_of(CLUSTER);
    struct rp_cause_target target = target_of(&my, &endpoint);
    RP_BUF_AUTO struct rp_buf text = {.max = ADVICE_MAX};
    FILE *file = fopen(script, "w");

    target.user = name;
    (void)advise_named("token-expired", &target, &text);
    const char *command = strstr(rp_buf_str(&text), "shell: ");
    if (!OK(file != NULL && command != NULL, "a command with the name"))
        return;
    (void)fprintf(file,
                  "rdspass() { test \"$7\" = 'o'\\''brien $(exit 9); exit 8 \"`exit 7`' && "
                  "test $# = 7; }\n%s",
                  command + strlen("shell: "));
    OK(fclose(file) == 0 && run_shell("-e", script) == 0, "the shell gives it the name as it is");
}

/* --- what the commands are --------------------------------------------------------------- */

static void test_resources(void)
{
    static const struct {
        const char *host;
        const char *user;
        const char *name; /* of a cause */
        const char *action;
        const char *resource;
        const char *prints; /* the command that prints the id */
    } cases[] = {
        {CLUSTER, "app", "mysql-token-refused", "rds-db:connect",
         "arn:aws:rds-db:eu-central-1:123456789012:dbuser:cluster-ID/app",
         "shell: aws rds describe-db-clusters --db-cluster-identifier demo --region eu-central-1 "
         "--query 'DBClusters[0].DbClusterResourceId' --output text\n"},
        {INSTANCE, "App", "mysql-token-refused", "rds-db:connect",
         "arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-ID/App",
         "shell: aws rds describe-db-instances --db-instance-identifier one --region eu-central-1 "
         "--query 'DBInstances[0].[DBClusterIdentifier,DbiResourceId]' --output text\n"},
        {PROXY, "app", "mysql-token-refused-proxy", "rds-db:connect",
         "arn:aws:rds-db:eu-central-1:123456789012:dbuser:prx-ID/app",
         "shell: aws rds describe-db-proxies --db-proxy-name px --region eu-central-1 "
         "--query 'DBProxies[0].DBProxyArn' --output text\n"},
        {CHINA, "app", "mysql-token-refused", "rds-db:connect",
         "arn:aws-cn:rds-db:cn-north-1:123456789012:dbuser:cluster-ID/app",
         "--db-cluster-identifier db --region cn-north-1 "},
        {GOV, "app", "mysql-token-refused", "rds-db:connect",
         "arn:aws-us-gov:rds-db:us-gov-west-1:123456789012:dbuser:db-ID/app",
         "--db-instance-identifier one --region us-gov-west-1 "},
        {DSQL, "app", "dsql-refused", "dsql:DbConnect",
         "arn:aws:dsql:eu-central-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz", NULL},
        {DSQL, "admin", "dsql-refused", "dsql:DbConnectAdmin",
         "arn:aws:dsql:eu-central-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz", NULL},
        {CLUSTER, "a*", "mysql-token-refused", "rds-db:connect",
         "arn:aws:rds-db:eu-central-1:123456789012:dbuser:cluster-ID/USER", NULL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rp_endpoint endpoint = endpoint_of(cases[i].host);
        struct rp_cause_target target = target_of(&my, &endpoint);
        RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};
        char want[512];

        target.user = cases[i].user;
        target.account = "123456789012";
        const char *text = advise_named(cases[i].name, &target, &out);
        (void)snprintf(want, sizeof(want), "\"Action\": \"%s\",\n", cases[i].action);
        OK(has(text, want), "the action: %s", want);
        (void)snprintf(want, sizeof(want), "\"Resource\": \"%s\"\n", cases[i].resource);
        OK(has(text, want), "the resource: %s", want);
        OK(cases[i].prints == NULL || has(text, cases[i].prints), "what prints its id");
    }
}

static void test_principals(void)
{
    static const struct {
        const char *identity;
        const char *attach;
        const char *simulate;
    } cases[] = {
        {ROLE, "shell: aws iam put-role-policy --role-name app-role --policy-name rdspass-connect ",
         "--policy-source-arn arn:aws:iam::123456789012:role/app-role --action-names "
         "rds-db:connect --resource-arns "
         "arn:aws:rds-db:eu-central-1:123456789012:dbuser:cluster-ID/app "},
        {SSO, "add the statement to its permission set",
         "--policy-source-arn \"$(aws iam get-role --role-name "
         "AWSReservedSSO_dba_0123456789abcdef --query Role.Arn --output text)\""},
        {"arn:aws:iam::123456789012:user/team/jane", "put-user-policy --user-name jane ",
         "--policy-source-arn arn:aws:iam::123456789012:user/team/jane "},
        {"arn:aws:iam::123456789012:root", "root user of the account", "ROLE-OR-USER-ARN"},
        {"arn:aws:sts::123456789012:federated-user/jane", "--role-name ROLE ", "ROLE-OR-USER-ARN"},
        {"arn:aws:sts::123456789012:assumed-role/a b/c", "--role-name ROLE ", "ROLE-OR-USER-ARN"},
        {"arn:aws:iam::123456789012:user/a'b/jane", "--role-name ROLE ", "ROLE-OR-USER-ARN"},
        {"arn:aws", "--role-name ROLE ", "ROLE-OR-USER-ARN"},
        {NULL, "--role-name ROLE ", "ROLE-OR-USER-ARN"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rp_endpoint endpoint = endpoint_of(CLUSTER);
        struct rp_cause_target target = target_of(&my, &endpoint);
        RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};

        target.identity = cases[i].identity;
        target.account = "123456789012";
        const char *text = advise_named("mysql-token-refused", &target, &out);
        OK(has(text, cases[i].attach), "its policy: %s", cases[i].attach);
        OK(has(text, cases[i].simulate), "what IAM is asked: %s", cases[i].simulate);
    }
}

static void test_commands(void)
{
    static const struct {
        const struct login *login;
        const char *name;
        const char *piece;
    } cases[] = {
        {&my, "timeout-private",
         "shell: aws ec2 authorize-security-group-ingress --group-id SECURITY-GROUP-ID --protocol "
         "tcp --port 3306 --cidr YOUR-ADDRESS/32 --region eu-central-1\n"},
        {&my, "timeout-private", "'DBClusters[0].VpcSecurityGroups[].VpcSecurityGroupId'"},
        {&pg_proxy, "timeout-private", "'DBProxies[0].VpcSecurityGroupIds'"},
        {&my, "mysql-plugin-missing",
         "shell: aws rds modify-db-cluster --db-cluster-identifier demo "
         "--enable-iam-database-authentication --apply-immediately --region eu-central-1\n"},
        {&my, "asks-other-mysql",
         "sql: CREATE USER 'app'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';\n"},
        {&pg, "asks-other-postgres", "sql: GRANT rds_iam TO \"app\";\n"},
        {&my, "mysql-no-grant",
         "sql: GRANT SELECT, INSERT, UPDATE, DELETE ON `shop`.* TO 'app'@'%';\n"},
        {&pg, "postgres-no-grant", "sql: GRANT CONNECT ON DATABASE \"shop\" TO \"app\";\n"},
        {&dsql, "dsql-no-role",
         "sql: AWS IAM GRANT \"app\" TO 'arn:aws:iam::ACCOUNT:role/NAME';\n"},
        {&pg, "postgres-token-refused",
         "--cloudwatch-logs-export-configuration EnableLogTypes=iam-db-auth-error"},
        {&my, "name-unknown",
         "shell: aws rds describe-db-clusters --region eu-central-1 --query "
         "'DBClusters[].[DBClusterIdentifier,Status,Endpoint,ReaderEndpoint,Port]' "},
        {&dsql, "name-unknown", "shell: aws dsql list-clusters --region eu-central-1 "},
        {&pg_proxy, "name-unknown", "shell: aws rds describe-db-proxies --region eu-central-1 "},
        {&my, "refused",
         "text: 3306 is the port of MySQL. If the database is PostgreSQL: --engine "},
        {&my, "silent-mysql",
         "text: If PostgreSQL listens there, which waits to be asked: --engine "},
        {&my, "asks-other-mysql", "FROM mysql.user WHERE LOWER(user) = LOWER('app');\n"},
        {&pg, "asks-other-postgres", "FROM pg_roles WHERE lower(rolname) = lower('app');\n"},
        {&my, "mysql-no-grant", "sql: SHOW DATABASES;\n"},
        {&my, "identity-sso", "shell: aws sso login --profile PROFILE\n"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rp_endpoint endpoint = endpoint_of(cases[i].login->host);
        struct rp_cause_target target = target_of(cases[i].login, &endpoint);
        RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};

        OK(has(advise_named(cases[i].name, &target, &out), cases[i].piece), "%s: %s", cases[i].name,
           cases[i].piece);
    }
}

/* Whose keys they are depends on the profile. */
static void test_profile(void)
{
    struct rp_endpoint endpoint = endpoint_of(CLUSTER);
    struct rp_cause_target target = target_of(&my, &endpoint);
    RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};

    OK(has(advise_named("identity-unknown-key", &target, &out), "shell: rdspass whoami --verify\n"),
       "none was named");
    target.profile = "a b";
    OK(has(advise_named("identity-unknown-key", &target, &out),
           "shell: rdspass whoami --verify --profile 'a b'\n"),
       "one was");
}

/* DSQL's grants name the role, with the path that only IAM tells of Identity Center's. */
static void test_dsql_grants(void)
{
    struct rp_endpoint endpoint = endpoint_of(DSQL);
    struct rp_cause_target target = target_of(&dsql, &endpoint);
    RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};

    target.account = "123456789012";
    target.identity = ROLE;
    OK(has(advise_named("dsql-no-role", &target, &out),
           "TO 'arn:aws:iam::123456789012:role/app-role';"),
       "a role");
    target.identity = SSO;
    const char *text = advise_named("dsql-no-role", &target, &out);
    OK(has(text, "get-role --role-name AWSReservedSSO_dba_0123456789abcdef ") &&
           has(text, "TO 'ROLE-ARN';"),
       "one of Identity Center");
    OK(has(text, "As the user admin, let "), "who does it");
    target.user = "admin";
    text = advise_named("dsql-refused", &target, &out);
    OK(!has(text, "GRANT") && !has(text, ":\ntext: The user admin"), "the user admin has none");
}

static void test_sql_quotes(void)
{
    struct rp_endpoint endpoint = endpoint_of(CLUSTER);
    struct rp_cause_target target = target_of(&my, &endpoint);
    RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};

    target.user = "a'\\b";
    OK(has(advise_named("mysql-locked", &target, &out), "ALTER USER 'a''\\\\b'@'%' "),
       "MySQL's texts have backslashes");
    target = target_of(&pg, &endpoint);
    target.user = "a\"\\b";
    OK(has(advise_named("postgres-no-login", &target, &out), "ALTER ROLE \"a\"\"\\b\" LOGIN;"),
       "PostgreSQL's names have none");
    OK(has(advise_named("asks-other-postgres", &target, &out), "lower('USER');"), "its texts may");
    target.user = "{user}{";
    OK(has(advise_named("postgres-no-login", &target, &out), "ALTER ROLE \"{user}{\" LOGIN;"),
       "what is filled in is not filled again");
    target.user = "a\nb";
    OK(has(advise_named("postgres-no-login", &target, &out), "ALTER ROLE \"USER\" LOGIN;"),
       "what cannot be written stands in capitals");
}

/* What was asked, with a user; and the causes whose advice takes the place of an error's hint. */
static void test_what_is_lacking(void)
{
    struct rp_endpoint endpoint = endpoint_of(CLUSTER);
    struct rp_cause_target target = target_of(&my, &endpoint);
    RP_BUF_AUTO struct rp_buf out = {.max = ADVICE_MAX};

    target.user = "";
    OK(has(advise_named("target-user", &target, &out),
           "shell: rdspass doctor mysql://USER@" CLUSTER ":3306/DATABASE\n"),
       "the user to be added");
    target.via = "127.0.0.1:13306";
    OK(has(advise_named("target-user", &target, &out), "/DATABASE --via 127.0.0.1:13306\n"),
       "and the way that was given");
    OK(rp_cause_is_whole(rp_cause_named("target-alias")), "advice that says all of the hint");
    OK(!rp_cause_is_whole(rp_cause_named("target-user")), "advice that does not");
    OK(rp_cause_hint_is_command(rp_cause_named("identity-sso")), "a hint that is the command");
    OK(!rp_cause_hint_is_command(rp_cause_named("identity-none")), "one that is none");
}

static void test_words(void)
{
    static const char *const confidences[] = {"likely", "certain", "possible"};
    static const char *const kinds[] = {"text", "shell", "sql", "policy", "config"};

    for (size_t i = 0; i < 3; i++)
        IS_STR(rp_confidence_word((enum rp_confidence)i), confidences[i], confidences[i]);
    for (size_t i = 0; i < RP_ADVICE__COUNT; i++)
        IS_STR(rp_advice_word((enum rp_advice_kind)i), kinds[i], kinds[i]);
    OK(rp_cause_named("no such") == NULL, "a name that no row has");
    IS_STR(rp_cause_named("unknown")->name, "unknown", "the last row has its name");
}

int main(void)
{
    int fd = mkstemp(script);

    if (fd < 0)
        return 1;
    (void)close(fd);
    test_rows();
    test_hostile_names();
    test_shell_quotes();
    test_resources();
    test_principals();
    test_commands();
    test_profile();
    test_dsql_grants();
    test_sql_quotes();
    test_what_is_lacking();
    test_words();
    (void)unlink(script);
    return tap_done();
}
