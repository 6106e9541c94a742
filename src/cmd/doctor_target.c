/* doctor: what is to be logged in to, and what the name of the host tells by itself. */
#include "doctor.h"

/* --- the target ------------------------------------------------------------------------ */

static void add_files(struct rp_doctor *doctor, struct rp_json *seen)
{
    RP_BUF_AUTO struct rp_buf files = {.max = 2 * RP_PATH_MAX};
    struct rp_json *array = rp_json_add_array(seen, "files");
    struct rp_span rest;
    struct rp_span line;

    rp_target_files(&doctor->ctx, &files);
    rest = rp_buf_span(&files);
    while (rp_span_split(&rest, '\n', &line)) {
        char path[RP_PATH_MAX];
        if (line.n == 0)
            continue;
        (void)snprintf(path, sizeof(path), "%.*s", RP_SPAN_ARGS(line));
        rp_json_add_text_element(array, path);
        rp_report_add(&doctor->report, RP_STEP_CONFIG, "read: %s", path);
    }
}

static void add_target(struct rp_doctor *doctor)
{
    const struct rp_target *target = &doctor->login.target;
    struct rp_report *report = &doctor->report;

    if (target->section[0] != '\0')
        rp_report_add(report, RP_STEP_CONFIG, "section [%s]", target->section);
    if (doctor->via[0] != '\0')
        rp_report_add(report, RP_STEP_CONFIG, "dialled in its place: --via %s", doctor->via);
    if (target->ca_file[0] != '\0')
        rp_report_add(report, RP_STEP_CONFIG, "roots of your own: %s", target->ca_file);
    if (target->profile[0] != '\0')
        rp_report_add(report, RP_STEP_CONFIG, "AWS profile %s", target->profile);
    if (target->user[0] == '\0')
        rp_report_remark(report, RP_STEP_CONFIG,
                         "no database user: no login is tried (add -u USER)");
}

static void tell_target(struct rp_doctor *doctor)
{
    const struct rp_target *target = &doctor->login.target;
    bool database = target->database[0] != '\0';
    char port[8] = "";

    if (target->port != 0)
        (void)snprintf(port, sizeof(port), ":%u", (unsigned)target->port);
    rp_report_ok(&doctor->report, RP_STEP_CONFIG, "%s%s%s%s%s%s", target->user,
                 target->user[0] == '\0' ? "" : "@", target->endpoint.host, port,
                 database ? ", database " : "", target->database);
}

/* --- the endpoint ------------------------------------------------------------------------ */

static const char *engine_words(enum rp_engine engine)
{
    return engine == RP_ENGINE_MYSQL      ? "MySQL"
           : engine == RP_ENGINE_POSTGRES ? "PostgreSQL"
                                          : "MySQL or PostgreSQL";
}

static void see_endpoint(struct rp_doctor *doctor)
{
    const struct rp_endpoint *endpoint = &doctor->login.target.endpoint;
    struct rp_json *seen = rp_json_new();
    char identifier[RP_HOST_MAX + 1];

    (void)snprintf(identifier, sizeof(identifier), "%.*s", (int)strcspn(endpoint->host, "."),
                   endpoint->host);
    rp_json_add_text(seen, "kind", rp_endpoint_kind_name(endpoint->kind));
    rp_json_add_text(seen, "identifier", identifier);
    rp_json_add_text(seen, "region", endpoint->region[0] == '\0' ? NULL : endpoint->region);
    rp_json_add_text(seen, "engine",
                     endpoint->engine == RP_ENGINE_UNKNOWN ? NULL
                                                           : rp_engine_name(endpoint->engine));
    rp_report_seen(&doctor->report, RP_STEP_ENDPOINT, seen);
    if (endpoint->blue_green == RP_BLUE_GREEN_OLD)
        rp_report_remark(&doctor->report, RP_STEP_ENDPOINT,
                         "-old1: a blue/green switchover has put this database aside");
    if (endpoint->blue_green == RP_BLUE_GREEN_GREEN)
        rp_report_remark(&doctor->report, RP_STEP_ENDPOINT,
                         "-green-: of a blue/green deployment that has not been switched over");
}

static void tell_endpoint(struct rp_doctor *doctor)
{
    const struct rp_target *target = &doctor->login.target;
    struct rp_error why = {0};

    see_endpoint(doctor);
    doctor->signs = !rp_failed(rp_endpoint_check_token(&target->endpoint, &why));
    if (!doctor->signs)
        rp_doctor_fail(doctor, RP_STEP_ENDPOINT, RP_STAGE_TARGET, &why);
    else
        rp_report_ok(&doctor->report, RP_STEP_ENDPOINT, "%s of %s, in %s",
                     rp_endpoint_kind_name(target->endpoint.kind), engine_words(target->engine),
                     target->endpoint.region[0] == '\0' ? "a region that the name does not tell"
                                                        : target->endpoint.region);
}

/* --- both ---------------------------------------------------------------------------------- */

rp_status rp_doctor_resolve(struct rp_doctor *doctor, struct rp_error *err)
{
    struct rp_target_options given = rp_target_options_of(doctor->args);
    RP_BUF_AUTO struct rp_buf via = {.max = sizeof(doctor->via) - 1};

    given.any_host = true;
    RP_TRY(rp_target_resolve(&doctor->ctx, &given, &doctor->login.target, err));
    rp_via_add_text(&doctor->login.target.via, &via);
    memcpy(doctor->via, rp_buf_str(&via), via.len + 1);
    return RP_OK;
}

rp_status rp_doctor_find_target(struct rp_doctor *doctor, bool *out_found, struct rp_error *err)
{
    struct rp_login *login = &doctor->login;
    struct rp_json *seen = rp_json_new();
    struct rp_error why = {0};

    *out_found = false;
    doctor->now = RP_STEP_CONFIG;
    add_files(doctor, seen);
    rp_status status = rp_doctor_resolve(doctor, &why);
    const char *section = login->target.section;
    rp_json_add_text(seen, "section", section[0] == '\0' ? NULL : section);
    rp_report_seen(&doctor->report, RP_STEP_CONFIG, seen);
    if (rp_failed(status) && why.kind == RP_KIND_USAGE) {
        *err = why;
        return status;
    }
    if (rp_failed(status)) {
        if (doctor->noted[0] != '\0') /* more likely than that it was meant so */
            memcpy(why.hint, doctor->noted, sizeof(why.hint));
        rp_doctor_fail(doctor, RP_STEP_CONFIG, RP_STAGE_TARGET, &why);
        return RP_OK;
    }
    *out_found = true;
    rp_login_roles(doctor->args, &login->target, &login->roles);
    add_target(doctor);
    tell_target(doctor);
    doctor->now = RP_STEP_ENDPOINT;
    tell_endpoint(doctor);
    return RP_OK;
}
