/*
 * doctor: the questions of a session. The first is a plain SELECT 1; that one of
 * the others fails is no more than a remark, as it ends the client's run.
 */
#include "doctor_session.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "rdspass/base/file.h"

enum { STATEMENTS = 5 };
enum { ANSWERS_MAX = 64 * 1024, SECONDS = 10, GRANTS_SHOWN = 12, GRANT_SHOWN = 200 };

static const char *const mysql[STATEMENTS] = {
    "SELECT 1",
    "SELECT 'server', VERSION()",
    "SELECT 'read-only', IF(@@read_only + @@innodb_read_only > 0, 'on', 'off')",
    "SHOW GRANTS",
    "SHOW CREATE USER CURRENT_USER()",
};
static const char *const postgres[STATEMENTS] = {
    "SELECT 1",
    "SELECT 'server', current_setting('server_version')",
    "SELECT 'read-only', current_setting('transaction_read_only')",
    "SELECT 'iam-role', 'known' FROM pg_roles WHERE rolname = 'rds_iam'",
    ("SELECT 'role', rolname FROM pg_roles WHERE rolname <> current_user "
     "AND pg_has_role(current_user, oid, 'member') ORDER BY rolname"),
};

/* --- asking ------------------------------------------------------------------------------ */

rp_status rp_doctor_session_init(struct rp_doctor_session *session, struct rp_error *err)
{
    session->fd = memfd_create("rdspass-answers", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (session->fd < 0 || ftruncate(session->fd, ANSWERS_MAX) != 0 ||
        fcntl(session->fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) != 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "no memory for the answers of the server");
    return RP_OK;
}

void rp_doctor_session_release(struct rp_doctor_session *session)
{
    rp_fd_close(&session->fd);
}

void rp_doctor_session_order(struct rp_client_order *order)
{
    const char *const *statements = order->engine == RP_ENGINE_MYSQL ? mysql : postgres;

    order->input_count = STATEMENTS;
    for (size_t i = 0; i < order->input_count; i++)
        order->inputs[i].text = statements[i];
    (void)snprintf(order->format, sizeof(order->format), "tsv");
    order->no_header = true;
    order->quiet = true;
    order->timeout = SECONDS;
}

/* --- answers ------------------------------------------------------------------------------ */

/* What the lines of the answers say; texts are cut. */
struct answers {
    bool selected;
    char server[160];
    bool read_only;
    bool has_iam_role, in_iam_role;
    char plugin[80];
    struct rp_json *grants;
    size_t grant_count;
    bool granted; /* anything but USAGE */
};

static void copy(struct rp_span text, char *out, size_t size)
{
    char raw[ANSWERS_MAX / 64];

    (void)snprintf(raw, sizeof(raw), "%.*s", RP_SPAN_ARGS(text));
    rp_escape_text(out, size, raw);
}

/* Some servers put the hash of a password behind a grant. */
static struct rp_span without_secret(struct rp_span grant)
{
    static const char identified[] = " IDENTIFIED ";
    size_t n = sizeof(identified) - 1;

    for (size_t i = 0; i + n <= grant.n; i++)
        if (memcmp(grant.p + i, identified, n) == 0)
            return rp_span_first(grant, i);
    return grant;
}

static void take_grant(struct rp_doctor *doctor, struct answers *answers, struct rp_span grant)
{
    char text[GRANT_SHOWN];

    copy(without_secret(grant), text, sizeof(text));
    answers->granted = answers->granted || !rp_span_starts(grant, "GRANT USAGE ON *.*");
    if (answers->grant_count++ >= GRANTS_SHOWN)
        return;
    rp_json_add_text_element(answers->grants, text);
    rp_report_add(&doctor->report, RP_STEP_PRIVILEGES, "%s", text);
}

/* "... IDENTIFIED WITH 'AWSAuthenticationPlugin' AS ..."; MariaDB says VIA. */
static void take_plugin(struct answers *answers, struct rp_span line)
{
    static const char *const marks[] = {" IDENTIFIED WITH ", " IDENTIFIED VIA "};
    char text[ANSWERS_MAX / 64];

    (void)snprintf(text, sizeof(text), "%.*s", RP_SPAN_ARGS(line));
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        const char *at = strstr(text, marks[i]);
        if (at == NULL)
            continue;
        at += strlen(marks[i]);
        at += *at == '\'' || *at == '`' ? 1 : 0;
        copy((struct rp_span){at, strcspn(at, "'` ")}, answers->plugin, sizeof(answers->plugin));
    }
}

static void take_role(struct rp_doctor *doctor, struct answers *answers, struct rp_span name)
{
    answers->in_iam_role = answers->in_iam_role || rp_span_is(name, "rds_iam");
    take_grant(doctor, answers, name);
}

static void take_line(struct rp_doctor *doctor, struct answers *answers, struct rp_span line)
{
    size_t tab = rp_span_find(line, '\t');
    struct rp_span name = rp_span_first(line, tab);
    struct rp_span value = tab < line.n ? rp_span_skip(line, tab + 1) : (struct rp_span){0};

    if (rp_span_is(line, "1"))
        answers->selected = true;
    else if (rp_span_is(name, "server"))
        copy(value, answers->server, sizeof(answers->server));
    else if (rp_span_is(name, "read-only"))
        answers->read_only = rp_span_is(value, "on");
    else if (rp_span_is(name, "iam-role"))
        answers->has_iam_role = true;
    else if (rp_span_is(name, "role"))
        take_role(doctor, answers, value);
    else if (rp_span_starts(line, "GRANT "))
        take_grant(doctor, answers, line);
    else if (rp_span_starts(line, "CREATE USER "))
        take_plugin(answers, line);
}

/* The memory is as long as ever; what was written ends at the first NUL, which no answer has. */
static void read_answers(struct rp_doctor *doctor, const struct rp_doctor_session *session,
                         struct answers *answers)
{
    RP_BUF_AUTO struct rp_buf text = {.max = ANSWERS_MAX};
    char *bytes = rp_buf_room(&text, ANSWERS_MAX);
    struct rp_span rest;
    struct rp_span line;

    if (bytes == NULL)
        return;
    ssize_t n = pread(session->fd, bytes, ANSWERS_MAX, 0);
    rp_buf_added(&text, n < 0 ? 0 : strnlen(bytes, (size_t)n));
    rest = rp_buf_span(&text);
    while (rp_span_split(&rest, '\n', &line))
        take_line(doctor, answers, line);
}

/* --- telling it ----------------------------------------------------------------------------- */

static void warn_seen(struct rp_doctor *doctor, enum rp_step step, enum rp_seen what)
{
    const struct rp_observation seen = {.stage = RP_STAGE_SESSION, .seen = what};
    rp_doctor_warn_seen(doctor, step, &seen);
}

/*
 * The client's word of a connection that broke tells less than that it did; and
 * of an answer that is another than 1 it has nothing to say.
 */
static void fail_query(struct rp_doctor *doctor, const struct rp_error *why)
{
    const struct rp_observation lost = {.stage = RP_STAGE_SESSION, .seen = RP_SEEN_CLOSED};
    struct rp_error other = {0};

    rp_ignore(rp_fail(&other, RP_KIND_SQL, "SELECT 1 is answered with something else"));
    if (why->kind == RP_KIND_NONE)
        why = &other;
    if (why->kind == RP_KIND_NETWORK)
        rp_doctor_fail_seen(doctor, RP_STEP_QUERY, &lost);
    else
        rp_doctor_fail(doctor, RP_STEP_QUERY, RP_STAGE_SESSION, why);
}

static bool is_writers_name(const struct rp_endpoint *endpoint)
{
    return endpoint->kind == RP_ENDPOINT_CLUSTER || endpoint->kind == RP_ENDPOINT_GLOBAL;
}

static void tell_query(struct rp_doctor *doctor, const struct rp_doctor_session *session,
                       const struct answers *answers)
{
    struct rp_report *report = &doctor->report;
    const char *server = answers->server;
    struct rp_json *seen = rp_json_new();

    doctor->now = RP_STEP_QUERY;
    rp_report_took(report, RP_STEP_QUERY, session->ms);
    if (!answers->selected) {
        rp_json_free(&seen);
        fail_query(doctor, &session->failure);
        return;
    }
    rp_json_add_text(seen, "server", server[0] == '\0' ? NULL : server);
    rp_report_seen(report, RP_STEP_QUERY, seen);
    if (answers->read_only && is_writers_name(&doctor->login.target.endpoint))
        warn_seen(doctor, RP_STEP_QUERY, RP_SEEN_READ_ONLY);
    rp_report_ok(report, RP_STEP_QUERY, "SELECT 1 answers%s%s%s", server[0] == '\0' ? "" : ": ",
                 server, answers->read_only ? ", read-only" : "");
}

static void see_privileges(struct rp_doctor *doctor, struct answers *answers, struct rp_json *seen)
{
    bool is_postgres = doctor->login.target.engine == RP_ENGINE_POSTGRES;

    if (is_postgres && answers->has_iam_role)
        rp_json_add_bool(seen, "rds_iam", answers->in_iam_role);
    else
        rp_json_add_text(seen, "rds_iam", NULL);
    rp_json_add_text(seen, "plugin", answers->plugin[0] == '\0' ? NULL : answers->plugin);
    rp_report_seen(&doctor->report, RP_STEP_PRIVILEGES, seen);
}

/* Behind RDS Proxy, which logs in by a secret, it may be any. */
static bool is_iam_plugin(const struct rp_doctor *doctor, const char *plugin)
{
    enum rp_endpoint_kind kind = doctor->login.target.endpoint.kind;

    return plugin[0] == '\0' || strcmp(plugin, "AWSAuthenticationPlugin") == 0 ||
           kind == RP_ENDPOINT_PROXY || kind == RP_ENDPOINT_PROXY_ENDPOINT;
}

static void warn_plugin(struct rp_doctor *doctor, const char *plugin)
{
    struct rp_observation seen = {.stage = RP_STAGE_SESSION, .seen = RP_SEEN_ASKS_OTHER};

    (void)snprintf(seen.asked, sizeof(seen.asked), "%.63s", plugin);
    rp_doctor_warn_seen(doctor, RP_STEP_PRIVILEGES, &seen);
}

static void tell_privileges(struct rp_doctor *doctor, const struct rp_doctor_session *session,
                            const struct answers *answers)
{
    struct rp_report *report = &doctor->report;
    bool is_mysql = doctor->login.target.engine == RP_ENGINE_MYSQL;

    doctor->now = RP_STEP_PRIVILEGES;
    if (!answers->selected)
        rp_report_skip(report, RP_STEP_PRIVILEGES, RP_STEP_PRIVILEGES, "no query works");
    else if (is_mysql && answers->grant_count > 0 && !answers->granted)
        warn_seen(doctor, RP_STEP_PRIVILEGES, RP_SEEN_NO_PRIVILEGE);
    else if (is_mysql && !is_iam_plugin(doctor, answers->plugin))
        warn_plugin(doctor, answers->plugin);
    else if (!is_mysql && answers->has_iam_role && !answers->in_iam_role)
        warn_seen(doctor, RP_STEP_PRIVILEGES, RP_SEEN_NOT_IAM_USER);
    else if (session->failure.kind != RP_KIND_NONE)
        rp_report_warn(report, RP_STEP_PRIVILEGES, NULL, "they cannot be told: %s",
                       session->failure.msg);
    else if (is_mysql)
        rp_report_ok(report, RP_STEP_PRIVILEGES, "%zu grants%s%s", answers->grant_count,
                     answers->plugin[0] == '\0' ? "" : ", the account's plugin is ",
                     answers->plugin);
    else
        rp_report_ok(report, RP_STEP_PRIVILEGES, "%s",
                     answers->in_iam_role ? "rds_iam is granted" : "the role may log in");
}

void rp_doctor_session_tell(struct rp_doctor *doctor, struct rp_doctor_session *session)
{
    struct rp_json *seen = rp_json_new();
    struct answers answers = {.grants = rp_json_add_array(seen, "grants")};

    read_answers(doctor, session, &answers);
    tell_query(doctor, session, &answers);
    see_privileges(doctor, &answers, seen);
    tell_privileges(doctor, session, &answers);
}
