/* doctor: what the gate that looked has seen, told step by step. */
#include "doctor_look.h"

/* "a, b, c" of an array of texts. */
static void add_list(const struct rp_json *array, struct rp_buf *out)
{
    for (size_t i = 0; i < rp_json_count(array); i++) {
        const char *text = rp_json_text(rp_json_element(array, i));
        if (text == NULL)
            continue;
        rp_buf_add_str(out, out->len == 0 ? "" : ", ");
        rp_buf_add_str(out, text);
    }
}

/* --- names --------------------------------------------------------------------------------- */

/* The first name behind the host that is an endpoint of AWS's, where the host is none. */
static void find_alias(struct rp_doctor *doctor, const struct rp_json *names)
{
    struct rp_error why = {0};
    struct rp_endpoint endpoint;

    for (size_t i = 0; !doctor->signs && i < rp_json_count(names); i++) {
        const char *name = rp_json_text(rp_json_element(names, i));
        if (name == NULL || rp_failed(rp_endpoint_parse(rp_span(name), &endpoint, &why)))
            continue;
        doctor->alias = endpoint;
        doctor->alias_by = "DNS";
        rp_report_add(&doctor->report, RP_STEP_DNS,
                      "%s is an endpoint; that it is yours, DNS alone says", endpoint.host);
        return;
    }
}

static size_t count_private(const struct rp_json *addresses)
{
    size_t private = 0;

    for (size_t i = 0; i < rp_json_count(addresses); i++) {
        const char *address = rp_json_text(rp_json_element(addresses, i));
        private += address != NULL && rp_address_is_private(rp_span(address)) ? 1 : 0;
    }
    return private;
}

static void tell_names(struct rp_doctor *doctor, struct rp_look *look)
{
    const struct rp_json *names = rp_json_member(look->names.seen, "names");
    const struct rp_json *addresses = rp_json_member(look->names.seen, "addresses");
    RP_BUF_AUTO struct rp_buf list = {.max = RP_ERROR_TEXT_MAX};
    size_t private = count_private(addresses);

    for (size_t i = 0; i < rp_json_count(names); i++)
        rp_report_add(&doctor->report, RP_STEP_DNS, "alias of %s",
                      rp_json_text(rp_json_element(names, i)));
    find_alias(doctor, names);
    add_list(addresses, &list);
    if (doctor->login.target.via.socket[0] != '\0')
        rp_report_skip(&doctor->report, RP_STEP_DNS, RP_STEP_DNS, "a socket needs no name");
    else if (list.len > 0)
        rp_report_ok(&doctor->report, RP_STEP_DNS, "%s (%s)", rp_buf_str(&list),
                     private == rp_json_count(addresses) ? "private"
                     : private == 0                      ? "public"
                                                         : "private and public");
}

/* --- addresses ----------------------------------------------------------------------------- */

static void add_address(struct rp_report *report, const struct rp_json *seen)
{
    const char *address = rp_doctor_text(seen, "address");
    const char *from = rp_doctor_text(seen, "from");
    const char *error = rp_doctor_text(seen, "error");

    if (error[0] == '\0')
        rp_report_add(report, RP_STEP_TCP, "%s: connected%s%s", address,
                      from[0] == '\0' ? "" : ", from ", from);
    else
        rp_report_add(report, RP_STEP_TCP, "%s: %s", address, error);
}

static void tell_addresses(struct rp_doctor *doctor, struct rp_look *look)
{
    struct rp_report *report = &doctor->report;
    const struct rp_json *list = rp_json_member(look->tcp.seen, "addresses");
    size_t count = rp_json_count(list);

    for (size_t i = 0; i < count; i++)
        add_address(report, rp_json_element(list, i));
    if (count > 0 && look->reached == count)
        rp_report_ok(report, RP_STEP_TCP, "connected");
    else if (look->reached > 0)
        rp_report_warn(report, RP_STEP_TCP, NULL, "%zu of %zu addresses answer", look->reached,
                       count);
}

/* --- greeting and TLS ------------------------------------------------------------------------ */

static void tell_greeting(struct rp_doctor *doctor, struct rp_look *look)
{
    const char *version = rp_doctor_text(look->greeting.seen, "version");
    bool mysql = strcmp(rp_doctor_text(look->greeting.seen, "protocol"), "mysql") == 0;

    if (look->greeting.seen == NULL && look->tls.seen != NULL)
        rp_report_skip(&doctor->report, RP_STEP_GREETING, RP_STEP_GREETING, "TLS comes first here");
    else if (look->greeting.seen != NULL && mysql)
        rp_report_ok(&doctor->report, RP_STEP_GREETING, "MySQL speaks first%s%s, and offers TLS",
                     version[0] == '\0' ? "" : ": ", version);
    else if (look->greeting.seen != NULL)
        rp_report_ok(&doctor->report, RP_STEP_GREETING,
                     "PostgreSQL answers S to the request for TLS");
}

static void add_certificates(struct rp_report *report, const struct rp_json *seen)
{
    const struct rp_json *list = rp_json_member(seen, "certificates");
    const char *root = rp_doctor_text(seen, "root");

    for (size_t i = 0; i < rp_json_count(list); i++) {
        const struct rp_json *certificate = rp_json_element(list, i);
        RP_BUF_AUTO struct rp_buf names = {.max = RP_ERROR_TEXT_MAX};
        add_list(rp_json_member(certificate, "names"), &names);
        rp_report_add(report, RP_STEP_TLS, "%s, by %s, %.10s to %.10s",
                      rp_doctor_text(certificate, "subject"), rp_doctor_text(certificate, "issuer"),
                      rp_doctor_text(certificate, "not_before"),
                      rp_doctor_text(certificate, "not_after"));
        if (names.len > 0)
            rp_report_add(report, RP_STEP_TLS, "  for %s", rp_buf_str(&names));
    }
    if (root[0] != '\0')
        rp_report_add(report, RP_STEP_TLS, "root: %s", root);
}

/*
 * What a server behind a tunnel says that it is, where DNS says nothing: a name that a
 * token can be made for, the cluster's before an instance's.
 */
static void find_subject(struct rp_doctor *doctor, const struct rp_json *seen)
{
    const struct rp_json *leaf = rp_json_element(rp_json_member(seen, "certificates"), 0);
    const struct rp_json *names = rp_json_member(leaf, "names");
    bool found = doctor->signs || doctor->alias.host[0] != '\0';

    for (size_t i = 0; !found && i < rp_json_count(names); i++) {
        const char *name = rp_json_text(rp_json_element(names, i));
        struct rp_endpoint endpoint;
        struct rp_error why = {0};
        if (name == NULL || rp_failed(rp_endpoint_parse(rp_span(name), &endpoint, &why)) ||
            rp_failed(rp_endpoint_check_token(&endpoint, &why)))
            continue;
        found = endpoint.kind == RP_ENDPOINT_CLUSTER;
        if (!found && doctor->alias.host[0] != '\0')
            continue;
        doctor->alias = endpoint;
        doctor->alias_by = "its certificate";
    }
}

static void tell_tls(struct rp_doctor *doctor, struct rp_look *look)
{
    const struct rp_json *seen = look->tls.seen;

    add_certificates(&doctor->report, seen);
    find_subject(doctor, seen);
    if (rp_look_is_secure(look))
        rp_report_ok(&doctor->report, RP_STEP_TLS, "%s, %s, verified for %s",
                     rp_doctor_text(seen, "protocol"), rp_doctor_text(seen, "cipher"),
                     doctor->login.target.endpoint.host);
}

/* --- all of it --------------------------------------------------------------------------- */

static void tell_failure(struct rp_doctor *doctor, const struct rp_look *look)
{
    if (look->cause == NULL)
        rp_doctor_fail(doctor, look->failed_at, RP_STAGE_TLS, &look->failure);
    else
        rp_report_fail(&doctor->report, look->failed_at, look->cause, look->failure.kind, "%s",
                       rp_doctor_words(doctor, look->failure.msg));
}

void rp_look_tell(struct rp_doctor *doctor, struct rp_look *look)
{
    static const char not_reached[] = "it did not come to this";
    static const struct {
        enum rp_step step;
        void (*tell)(struct rp_doctor *, struct rp_look *);
    } steps[] = {
        {RP_STEP_DNS, tell_names},
        {RP_STEP_TCP, tell_addresses},
        {RP_STEP_GREETING, tell_greeting},
        {RP_STEP_TLS, tell_tls},
    };
    struct rp_gate_step *const seen[] = {&look->names, &look->tcp, &look->greeting, &look->tls};

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        bool failed = look->failed_at == steps[i].step;
        rp_report_took(&doctor->report, steps[i].step, failed ? look->failed_ms : seen[i]->ms);
        steps[i].tell(doctor, look);
        if (failed) {
            rp_report_skip(&doctor->report, RP_STEP_DNS, steps[i].step - 1, "%s", not_reached);
            tell_failure(doctor, look);
        }
        rp_report_seen(&doctor->report, steps[i].step, seen[i]->seen);
        seen[i]->seen = NULL;
    }
    rp_report_skip(&doctor->report, RP_STEP_DNS, RP_STEP_TLS, "%s", not_reached);
}
