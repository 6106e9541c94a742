/*
 * The provider `custom-process`: the program that a profile's
 * credential_process names prints credentials as JSON.
 */
#include "provider.h"
#include "rdspass/aws/credentials_json.h"
#include "rdspass/codec/time.h"
#include "run_command.h"

enum { PLACE_SIZE = 400, WHERE_SIZE = PLACE_SIZE + 260 };

/* Reads the document; its version must be the number 1. */
static rp_status read_document(const char *where, const struct rp_buf *output, int64_t now,
                               struct rp_credentials *out, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = NULL;
    char document[WHERE_SIZE + 32];
    char end[RP_TIME_ISO_SIZE];
    int64_t version;

    if (strspn(rp_buf_str(output), " \t\r\n") == output->len)
        return rp_fail(err, RP_KIND_NO_CREDENTIALS, "%s printed nothing", where);
    (void)snprintf(document, sizeof(document), "the output of %s", where);
    RP_TRY(rp_json_parse(rp_buf_span(output), RP_KIND_CREDENTIALS, document, &json, err));
    if (!rp_json_integer(rp_json_member(json, "Version"), &version) || version != 1)
        return rp_fail(err, RP_KIND_CREDENTIALS, "%s has no Version that is the number 1",
                       document);
    RP_TRY(rp_credentials_from_json(json, &rp_credentials_process_fields, document, out, err));
    if (out->expires_at > now)
        return RP_OK;
    rp_time_format_iso(out->expires_at, end);
    return rp_fail(err, RP_KIND_CREDENTIALS, "the credentials of %s expired at %s", where, end);
}

static rp_status load(const struct rp_session *session, enum rp_answer *out_answer,
                      struct rp_credentials *out, char why[static RP_WHY_SIZE],
                      struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf output = {.max = RP_COMMAND_OUTPUT_MAX};
    const char *command = rp_profile_get(session->profiles, session->profile, "credential_process");
    char place[PLACE_SIZE];
    char where[WHERE_SIZE];

    *out_answer = RP_ANSWER_NOT_CONFIGURED;
    if (!rp_profile_has(session->profiles, session->profile, "credential_process")) {
        rp_provider_why(why, "profile %s has no credential_process", session->profile);
        return RP_OK;
    }
    rp_profile_where(session->profiles, session->profile, "credential_process", place,
                     sizeof(place));
    (void)snprintf(where, sizeof(where), "the credential_process of the profile (%.200s) in %s",
                   session->profile, place);
    struct rp_command_line line = {
        .where = where, .text = command == NULL ? "" : command, .wrong = RP_KIND_CONFIG};
    RP_TRY(rp_run_command(session->ctx, &line, &output, err));
    RP_TRY(read_document(where, &output, rp_now(session->ctx), out, err));
    rp_credentials_add_hop(out, rp_provider_process.name, false, "profile %s, credential_process",
                           session->profile);
    *out_answer = RP_ANSWER_CREDENTIALS;
    return RP_OK;
}

const struct rp_provider rp_provider_process = {
    .name = "custom-process", .reads_files = true, .of_profile = true, .load = load};
