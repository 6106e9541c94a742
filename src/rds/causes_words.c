/* Causes: the words of a row, filled with what was seen and the user's own names. */
#include <stdio.h>
#include <string.h>

#include "causes_rows.h"

/* A line that grows, escaped, and is cut between two characters where it is full. */
struct line {
    char *text;
    size_t used;
    const struct rp_observation *seen;
    const struct rp_cause_target *target;
};

enum { NAME_SHOWN = 96, TEXT_SHOWN = 240, WORD_MAX = 32 };

/* Escapes even the "{}" of other people's text for nothing: what is filled in is not filled again.
 */
static void add(struct line *line, const char *text)
{
    rp_escape_text(line->text + line->used, RP_ERROR_TEXT_MAX - line->used, text);
    line->used += strlen(line->text + line->used);
}

/* At most `max` bytes of it, "..." where there is more. */
static void add_cut(struct line *line, const char *text, size_t max)
{
    char shown[RP_ERROR_TEXT_MAX];
    char whole[RP_ERROR_TEXT_MAX];

    rp_escape_text(shown, max + 1, text);
    rp_escape_text(whole, sizeof(whole), text);
    add(line, shown);
    if (strcmp(shown, whole) != 0)
        add(line, "...");
}

static void add_number(struct line *line, long number)
{
    char digits[24];

    (void)snprintf(digits, sizeof(digits), "%ld", number);
    add(line, digits);
}

/* The same quote twice stands for one inside, in both languages. */
static void add_quoted(struct line *line, const char *text, char quote)
{
    char out[2 * NAME_SHOWN + 3];
    size_t n = 0;

    out[n++] = quote;
    for (; *text != '\0' && n + 3 < sizeof(out); text++) {
        if (*text == quote)
            out[n++] = quote;
        out[n++] = *text;
    }
    out[n++] = quote;
    out[n] = '\0';
    add(line, out);
}

/* --- the words ------------------------------------------------------------------ */

static void host(struct line *line)
{
    add(line, line->target->endpoint->host);
}

static void port(struct line *line)
{
    add_number(line, line->target->port);
}

static void user(struct line *line)
{
    add_cut(line, line->target->user[0] == '\0' ? "the user" : line->target->user, NAME_SHOWN);
}

/* As an identifier of the server's SQL. */
static void sql_user(struct line *line)
{
    const char *name = line->target->user[0] == '\0' ? "USER" : line->target->user;
    add_quoted(line, name, line->target->engine == RP_ENGINE_MYSQL ? '\'' : '"');
}

static void database(struct line *line)
{
    if (line->target->database[0] == '\0')
        add(line, "of that name");
    else
        add_quoted(line, line->target->database, '"');
}

/* The same in MySQL's SQL. */
static void sql_database(struct line *line)
{
    if (line->target->database[0] == '\0')
        add(line, "DATABASE");
    else
        add_quoted(line, line->target->database, '`');
}

static void region(struct line *line)
{
    add(line, line->target->region[0] == '\0' ? "REGION" : line->target->region);
}

static void via(struct line *line)
{
    add_cut(line, line->target->via, 2 * NAME_SHOWN);
}

/* What a message begins with: who was to be reached, and how. */
static void where(struct line *line)
{
    host(line);
    add(line, ":");
    port(line);
    if (line->target->via[0] == '\0')
        return;
    add(line, " (via ");
    via(line);
    add(line, ")");
}

/* The name that was looked up. */
static void dialled(struct line *line)
{
    if (line->target->via[0] == '\0')
        host(line);
    else
        via(line);
}

static void engine(struct line *line)
{
    add(line, line->target->engine == RP_ENGINE_MYSQL ? "MySQL" : "PostgreSQL");
}

static void other_engine(struct line *line)
{
    add(line, line->target->engine == RP_ENGINE_MYSQL ? "PostgreSQL" : "MySQL");
}

static void other_engine_name(struct line *line)
{
    add(line, rp_engine_name(line->target->engine == RP_ENGINE_MYSQL ? RP_ENGINE_POSTGRES
                                                                     : RP_ENGINE_MYSQL));
}

/* The server's text; said before it is verified, it may be anybody's. */
static void says(struct line *line)
{
    if (line->seen->text[0] == '\0')
        return;
    add(line, line->seen->stage >= RP_STAGE_LOGIN
                  ? "; the server says: \""
                  : "; said before TLS, so nobody vouches for it: \"");
    add_cut(line, line->seen->text, TEXT_SHOWN);
    add(line, "\"");
}

/* What is wrong with the bytes that came, in our own words. */
static void wrong(struct line *line)
{
    if (line->seen->text[0] == '\0')
        return;
    add(line, ": ");
    add_cut(line, line->seen->text, TEXT_SHOWN);
}

/* " (10.0.0.1:3306, ...)", or nothing where none is known. */
static void addresses(struct line *line)
{
    if (line->seen->addresses[0] == '\0')
        return;
    add(line, " (");
    add(line, line->seen->addresses);
    add(line, ")");
}

static void error_text(struct line *line)
{
    add(line, line->seen->sys == 0 ? "nothing more is known" : strerror(line->seen->sys));
}

static void resolver(struct line *line)
{
    add_number(line, line->seen->resolver);
}

static void tls(struct line *line)
{
    add(line, line->seen->tls[0] == '\0' ? "OpenSSL says no more" : line->seen->tls);
}

static void asked(struct line *line)
{
    add_cut(line, line->seen->asked[0] == '\0' ? "something else" : line->seen->asked, NAME_SHOWN);
}

/* The error's number, as the engine has it: "1045", "28000". */
static void code(struct line *line)
{
    if (line->seen->mysql_code != 0)
        add_number(line, line->seen->mysql_code);
    else
        add(line, line->seen->sqlstate[0] == '\0' ? "without a code" : line->seen->sqlstate);
}

static void issuer(struct line *line)
{
    const char *name = line->seen->certificate.issuer;
    add_cut(line, name[0] == '\0' ? "nobody that it names" : name, NAME_SHOWN);
}

static void names(struct line *line)
{
    const char *list = line->seen->certificate.names;
    add_cut(line, list[0] == '\0' ? "none" : list, TEXT_SHOWN);
}

static void dates(struct line *line)
{
    const struct rp_certificate_seen *certificate = &line->seen->certificate;

    if (certificate->not_before[0] == '\0') {
        add(line, "nobody knows when");
        return;
    }
    add(line, certificate->not_before);
    add(line, " to ");
    add(line, certificate->not_after);
}

static void not_before(struct line *line)
{
    add(line, line->seen->certificate.not_before);
}

static void not_after(struct line *line)
{
    add(line, line->seen->certificate.not_after);
}

/* The first label of the name: what AWS's commands call it. */
static void identifier(struct line *line)
{
    char label[RP_HOST_MAX + 1];

    (void)snprintf(label, sizeof(label), "%s", line->target->endpoint->host);
    label[strcspn(label, ".")] = '\0';
    add(line, label);
}

/* The command that lets the database take tokens. */
static void enable_iam(struct line *line)
{
    enum rp_endpoint_kind kind = line->target->endpoint->kind;
    bool is_cluster = kind == RP_ENDPOINT_CLUSTER || kind == RP_ENDPOINT_READER;

    if (kind == RP_ENDPOINT_INSTANCE)
        add(line, "aws rds modify-db-instance --db-instance-identifier ");
    else
        add(line, "aws rds modify-db-cluster --db-cluster-identifier ");
    if (kind == RP_ENDPOINT_INSTANCE || is_cluster)
        identifier(line);
    else
        add(line, "CLUSTER");
    add(line, " --enable-iam-database-authentication --apply-immediately --region ");
    region(line);
    if (kind == RP_ENDPOINT_INSTANCE)
        add(line, " (of Aurora: modify-db-cluster, for its cluster)");
}

/* What the policy must name, as far as the endpoint tells. */
static void policy(struct line *line)
{
    enum rp_endpoint_kind kind = line->target->endpoint->kind;
    bool is_proxy = kind == RP_ENDPOINT_PROXY || kind == RP_ENDPOINT_PROXY_ENDPOINT;

    add(line, "arn:");
    add(line, line->target->endpoint->partition->name);
    add(line, ":rds-db:");
    region(line);
    add(line, ":ACCOUNT:dbuser:");
    add(line, is_proxy ? "prx-ID/" : (kind == RP_ENDPOINT_INSTANCE ? "db-ID/" : "cluster-ID/"));
    user(line);
    add(line, kind == RP_ENDPOINT_INSTANCE
                  ? " (the resource id, not the name; of Aurora: cluster-ID)"
                  : " (the resource id, not the name)");
}

static const struct {
    const char *name;
    void (*add)(struct line *line);
} words_known[] = {
    {"host", host},
    {"port", port},
    {"where", where},
    {"via", via},
    {"dialled", dialled},
    {"user", user},
    {"sql-user", sql_user},
    {"database", database},
    {"sql-database", sql_database},
    {"region", region},
    {"identifier", identifier},
    {"engine", engine},
    {"other-engine", other_engine},
    {"other-engine-name", other_engine_name},
    {"says", says},
    {"wrong", wrong},
    {"code", code},
    {"asked", asked},
    {"addresses", addresses},
    {"errno", error_text},
    {"resolver", resolver},
    {"tls", tls},
    {"issuer", issuer},
    {"names", names},
    {"dates", dates},
    {"not-before", not_before},
    {"not-after", not_after},
    {"enable-iam", enable_iam},
    {"policy", policy},
};

/* A word that is not known stays as it is: a test finds it. */
static void add_word(struct line *line, const char *name, size_t n)
{
    struct rp_span word = {name, n};
    char unknown[WORD_MAX + 1];

    for (size_t i = 0; i < sizeof(words_known) / sizeof(words_known[0]); i++)
        if (rp_span_is(word, words_known[i].name)) {
            words_known[i].add(line);
            return;
        }
    (void)snprintf(unknown, sizeof(unknown), "{%.*s}", (int)n, name);
    add(line, unknown);
}

void rp_cause_fill(char out[static RP_ERROR_TEXT_MAX], const char *words,
                   const struct rp_observation *seen, const struct rp_cause_target *target)
{
    struct line line = {.text = out, .seen = seen, .target = target};

    out[0] = '\0';
    while (*words != '\0') {
        char plain[RP_ERROR_TEXT_MAX];
        size_t n = strcspn(words, "{");

        (void)snprintf(plain, sizeof(plain), "%.*s", (int)n, words);
        add(&line, plain);
        words += n;
        if (*words == '\0')
            break;
        n = strcspn(words, "}");
        add_word(&line, words + 1, n - 1);
        words += n + (words[n] == '}');
    }
}
