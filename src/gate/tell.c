/* The steps of survey and login as messages: who wants them, their members. */
#include "tell.h"

#include "rdspass/base/deadline.h"

enum { TEXT_MAX = 1024 };

static bool is_wanted(const struct rp_server *server)
{
    return server->order.purpose != RP_GATE_SERVE;
}

/* Takes `seen` over; what could not be made, for want of memory, ends the gate. */
static void tell(struct rp_server *server, int64_t began, enum rp_gate_step_type type,
                 struct rp_json *seen)
{
    int64_t ms = rp_deadline_in(0) - began;
    struct rp_gate_step step = {.type = type, .seen = seen};

    step.ms = ms < 0 ? 0 : ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
    rp_signer_report_step(&server->signer, &step);
    rp_json_free(&step.seen);
}

void rp_tell_add_text(struct rp_json *in, const char *name, const char *text)
{
    char escaped[TEXT_MAX + 1];

    if (text != NULL)
        rp_escape_text(escaped, sizeof(escaped), text);
    rp_json_add_text(in, name, text == NULL ? NULL : escaped);
}

static void add_address(struct rp_json *in, const char *name, const struct rp_address *address)
{
    char text[RP_ADDRESS_TEXT_SIZE];

    if (address != NULL)
        rp_address_text(address, text);
    rp_tell_add_text(in, name, address == NULL ? NULL : text);
}

/* --- the survey ------------------------------------------------------------------ */

static void add_addresses(struct rp_json *in, const struct rp_addresses *addresses)
{
    struct rp_json *array = rp_json_add_array(in, "addresses");

    for (size_t i = 0; array != NULL && i < addresses->count; i++) {
        char text[RP_ADDRESS_TEXT_SIZE];
        char escaped[TEXT_MAX + 1];
        rp_address_text(&addresses->list[i], text);
        rp_escape_text(escaped, sizeof(escaped), text);
        rp_json_add_text_element(array, escaped);
    }
}

static void add_names(struct rp_json *in, const struct rp_names *names)
{
    struct rp_json *array = rp_json_add_array(in, "names");

    for (size_t i = 0; array != NULL && i < names->count; i++)
        rp_json_add_text_element(array, names->list[i]);
}

void rp_tell_names(struct rp_server *server, int64_t began, const struct rp_names *names,
                   const struct rp_addresses *addresses, int failure)
{
    struct rp_json *seen;

    if (!is_wanted(server))
        return;
    if ((seen = rp_json_new()) != NULL) {
        add_names(seen, names);
        add_addresses(seen, addresses);
        rp_json_add_number(seen, "failure", failure);
    }
    tell(server, began, RP_GATE_STEP_NAMES, seen);
}

void rp_tell_address(struct rp_server *server, int64_t began, const struct rp_address *address,
                     const struct rp_address *from, int sys)
{
    struct rp_json *seen;

    if (!is_wanted(server))
        return;
    if ((seen = rp_json_new()) != NULL) {
        add_address(seen, "address", address);
        add_address(seen, "from", from);
        rp_json_add_number(seen, "errno", sys);
    }
    tell(server, began, RP_GATE_STEP_ADDRESS, seen);
}

void rp_tell_surveyed(struct rp_server *server, int64_t began)
{
    if (is_wanted(server))
        tell(server, began, RP_GATE_STEP_SURVEYED, rp_json_new());
}

/* --- a login --------------------------------------------------------------------- */

void rp_tell_greeting(const struct rp_upstream *upstream, const char *protocol, const char *version)
{
    struct rp_json *seen;

    if (!is_wanted(upstream->server))
        return;
    if ((seen = rp_json_new()) != NULL) {
        add_address(seen, "address", &upstream->address);
        rp_json_add_text(seen, "protocol", protocol);
        rp_tell_add_text(seen, "version", version);
    }
    tell(upstream->server, upstream->began, RP_GATE_STEP_GREETING, seen);
}

void rp_tell_tls(const struct rp_upstream *upstream)
{
    struct rp_json *seen;

    if (!is_wanted(upstream->server))
        return;
    if ((seen = rp_json_new()) != NULL) {
        add_address(seen, "address", &upstream->address);
        rp_json_add_bool(seen, "verified", upstream->tls.established);
        rp_json_add_text(seen, "protocol", rp_tls_protocol(&upstream->tls));
        rp_json_add_text(seen, "cipher", rp_tls_cipher(&upstream->tls));
        rp_tell_add_certificates(seen, &upstream->tls);
    }
    tell(upstream->server, upstream->began, RP_GATE_STEP_TLS, seen);
}

void rp_tell_authentication(const struct rp_upstream *upstream, const char *asked, bool token)
{
    struct rp_json *seen;

    if (!is_wanted(upstream->server))
        return;
    if ((seen = rp_json_new()) != NULL) {
        rp_tell_add_text(seen, "asked", asked);
        rp_json_add_bool(seen, "token", token);
    }
    tell(upstream->server, upstream->began, RP_GATE_STEP_AUTHENTICATION, seen);
}

static const char *stage_name(enum rp_stage stage)
{
    switch (stage) {
    case RP_STAGE_RESOLVE:
        return "resolve";
    case RP_STAGE_DIAL:
        return "dial";
    case RP_STAGE_GREETING:
        return "greeting";
    case RP_STAGE_TLS:
        return "tls";
    case RP_STAGE_LOGIN:
    case RP_STAGE_TARGET:
    case RP_STAGE_IDENTITY:
    case RP_STAGE_CLOCK:
    case RP_STAGE_TOKEN:
    case RP_STAGE_SESSION:
    case RP_STAGE_CLIENT:
    case RP_STAGE__COUNT:
        break;
    }
    return "login";
}

void rp_tell_failed(struct rp_server *server, int64_t began, const struct rp_cause *cause,
                    enum rp_stage stage)
{
    struct rp_json *seen;

    if (!is_wanted(server))
        return;
    if ((seen = rp_json_new()) != NULL) {
        rp_json_add_text(seen, "cause", cause->name);
        rp_json_add_text(seen, "stage", stage_name(stage));
    }
    tell(server, began, RP_GATE_STEP_FAILED, seen);
}
