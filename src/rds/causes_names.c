/* Causes: the words for the user's own names, and those that AWS's commands need. */
#include <stdio.h>
#include <string.h>

#include "causes_line.h"

/* Those of `twice` stand twice where they are meant; its first is the quote. */
static void add_quoted(struct rp_cause_line *line, const char *text, const char *twice)
{
    char out[2 * RP_CAUSE_NAME_MAX + 3];
    size_t n = 0;

    out[n++] = twice[0];
    for (; *text != '\0' && n + 3 < sizeof(out); text++) {
        if (strchr(twice, *text) != NULL)
            out[n++] = *text;
        out[n++] = *text;
    }
    out[n++] = twice[0];
    out[n] = '\0';
    rp_cause_add(line, out);
}

static void host(struct rp_cause_line *line)
{
    const struct rp_endpoint *endpoint = line->target->endpoint;
    rp_cause_add(line, endpoint == NULL ? "ENDPOINT" : endpoint->host);
}

static void port(struct rp_cause_line *line)
{
    if (line->target->port == 0)
        rp_cause_add(line, "PORT");
    else
        rp_cause_add_number(line, line->target->port);
}

static void user(struct rp_cause_line *line)
{
    const char *name = line->target->user;
    rp_cause_add_cut(line, name[0] == '\0' ? "the user" : name, RP_CAUSE_NAME_SHOWN);
}

/* The same for commands, never cut. */
static void user_name(struct rp_cause_line *line)
{
    rp_cause_add(line, rp_cause_usable(line->target->user, RP_CAUSE_NAME_MAX, "USER"));
}

/* As a name in the server's SQL: MySQL's accounts are texts, all else are identifiers. */
static void sql_user(struct rp_cause_line *line)
{
    bool mysql = line->target->engine == RP_ENGINE_MYSQL;
    add_quoted(line, rp_cause_usable(line->target->user, RP_CAUSE_NAME_MAX, "USER"),
               mysql ? "'\\" : "\"");
}

/* As a text in SQL. What a backslash means in PostgreSQL's is a setting of the server. */
static void sql_text_user(struct rp_cause_line *line)
{
    bool mysql = line->target->engine == RP_ENGINE_MYSQL;
    const char *name = rp_cause_usable(line->target->user, RP_CAUSE_NAME_MAX, "USER");

    add_quoted(line, mysql || strchr(name, '\\') == NULL ? name : "USER", mysql ? "'\\" : "'");
}

/* For commands, never cut. */
static void database_name(struct rp_cause_line *line)
{
    rp_cause_add(line, rp_cause_usable(line->target->database, RP_CAUSE_NAME_MAX, "DATABASE"));
}

static void database(struct rp_cause_line *line)
{
    if (line->target->database[0] == '\0')
        rp_cause_add(line, "of that name");
    else
        add_quoted(line, line->target->database, "\"");
}

/* The same in SQL. Nobody in particular is in capitals, and in no quotes. */
static void sql_database(struct rp_cause_line *line)
{
    bool mysql = line->target->engine == RP_ENGINE_MYSQL;
    const char *name = rp_cause_usable(line->target->database, RP_CAUSE_NAME_MAX, "");

    if (name[0] == '\0')
        rp_cause_add(line, "DATABASE");
    else
        add_quoted(line, name, mysql ? "`" : "\"");
}

/* The file of the person's own roots. */
static void roots(struct rp_cause_line *line)
{
    rp_cause_add(line, rp_cause_usable(line->target->roots, RP_CAUSE_PATH_MAX, "FILE"));
}

static void region(struct rp_cause_line *line)
{
    rp_cause_add(line, line->target->region[0] == '\0' ? "REGION" : line->target->region);
}

static void via(struct rp_cause_line *line)
{
    rp_cause_add_cut(line, line->target->via, 2 * RP_CAUSE_NAME_SHOWN);
}

/* What a message begins with: who was to be reached, and how. */
static void where(struct rp_cause_line *line)
{
    host(line);
    rp_cause_add(line, ":");
    port(line);
    if (line->target->via[0] == '\0')
        return;
    rp_cause_add(line, " (via ");
    via(line);
    rp_cause_add(line, ")");
}

/* The name that was looked up. */
static void dialled(struct rp_cause_line *line)
{
    if (line->target->via[0] == '\0')
        host(line);
    else
        via(line);
}

static void engine(struct rp_cause_line *line)
{
    rp_cause_add(line, line->target->engine == RP_ENGINE_MYSQL ? "MySQL" : "PostgreSQL");
}

static void engine_name(struct rp_cause_line *line)
{
    rp_cause_add(line, line->target->engine == RP_ENGINE_UNKNOWN
                           ? "ENGINE"
                           : rp_engine_name(line->target->engine));
}

/* The host that was given in the place of an endpoint. */
static void named(struct rp_cause_line *line)
{
    rp_cause_add(line, rp_cause_usable(line->target->named, RP_HOST_MAX, "NAME"));
}

/* Who says which endpoint is behind that. */
static void hearsay(struct rp_cause_line *line)
{
    rp_cause_add(line, line->target->hearsay == NULL ? "nobody" : line->target->hearsay);
}

static void other_engine(struct rp_cause_line *line)
{
    rp_cause_add(line, line->target->engine == RP_ENGINE_MYSQL ? "PostgreSQL" : "MySQL");
}

static void other_engine_name(struct rp_cause_line *line)
{
    rp_cause_add(line, rp_engine_name(line->target->engine == RP_ENGINE_MYSQL ? RP_ENGINE_POSTGRES
                                                                              : RP_ENGINE_MYSQL));
}

/* The first label of the name: what AWS's commands call it. */
static void identifier(struct rp_cause_line *line)
{
    const struct rp_endpoint *endpoint = line->target->endpoint;
    char label[RP_HOST_MAX + 1];

    bool known = rp_cause_kind(line->target) != RP_ENDPOINT_OTHER;

    (void)snprintf(label, sizeof(label), "%s", known ? endpoint->host : "DATABASE");
    label[strcspn(label, ".")] = '\0';
    rp_cause_add(line, label);
}

static void profile(struct rp_cause_line *line)
{
    rp_cause_add(line, rp_cause_usable(line->target->profile, RP_CAUSE_NAME_MAX, "PROFILE"));
}

/* What lets the database take tokens, as a command in a sentence. */
static void enable_iam(struct rp_cause_line *line)
{
    struct rp_span lines = rp_span(rp_cause_commands(line->target)->enable_iam);
    struct rp_span command;

    (void)rp_span_split(&lines, '\n', &command);
    rp_cause_add_template(line, rp_span_starts(command, "$ ") ? rp_span_skip(command, 2) : command);
    if (rp_cause_kind(line->target) == RP_ENDPOINT_INSTANCE)
        rp_cause_add(line, " (of Aurora: modify-db-cluster, for its cluster)");
}

/* --- of IAM ----------------------------------------------------------------------------- */

/* Who signs, where AWS has said so. */
static void identity(struct rp_cause_line *line)
{
    rp_cause_add(line, rp_cause_usable(line->target->identity, RP_CAUSE_ARN_MAX,
                                       "who `rdspass whoami` names"));
}

static void principal(struct rp_cause_line *line)
{
    struct rp_span name;
    char text[RP_CAUSE_PRINCIPAL_MAX + 1];

    (void)rp_cause_principal_of(line->target, &name);
    (void)snprintf(text, sizeof(text), "%.*s", RP_SPAN_ARGS(name));
    rp_cause_add(line, text[0] == '\0' ? "NAME" : text);
}

/* The database's account, which is that of who may log in: else a role there is assumed. */
static void account(struct rp_cause_line *line)
{
    rp_cause_add(line, rp_cause_usable(line->target->account, RP_CAUSE_NAME_MAX, "ACCOUNT"));
}

/* IAM reads some characters as patterns: a policy must not allow more names than one. */
static const char *resource_user(const struct rp_cause_target *target)
{
    const char *name = rp_cause_usable(target->user, RP_CAUSE_NAME_MAX, "USER");
    return strpbrk(name, "*?$") == NULL ? name : "USER";
}

/* Of a role's session or a user. The path of a role is in no session: Identity Center's have one.
 */
static void principal_arn(struct rp_cause_line *line)
{
    enum rp_cause_principal who = rp_cause_principal_of(line->target, &(struct rp_span){0});

    if (who == RP_PRINCIPAL_USER || who == RP_PRINCIPAL_SSO_ROLE) {
        rp_cause_add(line, who == RP_PRINCIPAL_USER ? line->target->identity : "ROLE-ARN");
        return;
    }
    rp_cause_add(line, "arn:");
    rp_cause_add(line, rp_cause_partition(line->target));
    rp_cause_add(line, ":iam::");
    account(line);
    rp_cause_add(line, ":role/");
    principal(line);
}

static void partition(struct rp_cause_line *line)
{
    rp_cause_add(line, rp_cause_partition(line->target));
}

/* What the names of AWS's services end in there. */
static void dns_suffix(struct rp_cause_line *line)
{
    const struct rp_partition *of = rp_partition_of_region(rp_span(line->target->region));
    rp_cause_add(line, of == NULL ? "amazonaws.com" : of->dns_suffix);
}

static void action(struct rp_cause_line *line)
{
    rp_cause_add(line, rp_cause_action(line->target));
}

/* What the policy must name, as far as the endpoint tells. */
static void resource(struct rp_cause_line *line)
{
    bool dsql = rp_cause_is_dsql(line->target);

    rp_cause_add(line, "arn:");
    rp_cause_add(line, rp_cause_partition(line->target));
    rp_cause_add(line, dsql ? ":dsql:" : ":rds-db:");
    region(line);
    rp_cause_add(line, ":");
    account(line);
    if (dsql) {
        rp_cause_add(line, ":cluster/");
        identifier(line);
        return;
    }
    rp_cause_add(line, ":dbuser:");
    rp_cause_add(line, rp_cause_commands(line->target)->id);
    rp_cause_add(line, "/");
    rp_cause_add(line, resource_user(line->target));
}

static void policy(struct rp_cause_line *line)
{
    resource(line);
    if (!rp_cause_is_dsql(line->target))
        rp_cause_add(line, rp_cause_kind(line->target) == RP_ENDPOINT_INSTANCE
                               ? " (the resource id, not the name; of Aurora: cluster-ID)"
                               : " (the resource id, not the name)");
}

const struct rp_cause_word rp_cause_words_names[] = {
    {"host", host},
    {"port", port},
    {"where", where},
    {"via", via},
    {"dialled", dialled},
    {"user", user},
    {"user-name", user_name},
    {"sql-user", sql_user},
    {"sql-text-user", sql_text_user},
    {"database", database},
    {"database-name", database_name},
    {"ca-file", roots},
    {"sql-database", sql_database},
    {"region", region},
    {"identifier", identifier},
    {"engine", engine},
    {"engine-name", engine_name},
    {"named", named},
    {"hearsay", hearsay},
    {"other-engine", other_engine},
    {"other-engine-name", other_engine_name},
    {"profile", profile},
    {"enable-iam", enable_iam},
    {"identity", identity},
    {"principal", principal},
    {"principal-arn", principal_arn},
    {"account", account},
    {"partition", partition},
    {"dns-suffix", dns_suffix},
    {"action", action},
    {"resource", resource},
    {"policy", policy},
    {NULL, NULL},
};
