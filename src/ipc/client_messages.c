/*
 * What core and built-in client say to each other, as messages. Each type has its
 * members and no others.
 *
 *     {"rdspass":V,"type":"run","engine":…,"socket":…,"port":…,"host":…,"user":…,"database":…,
 *      "format":…,"binary":…,"no_header":…,"force":…,"verbose":…,"quiet":…,"local_infile":…,
 *      "null_given":…,"timeout":…,"inputs":"sf…","body":N}
 *          body: texts, each ended by NUL: null, history, and the inputs, of which
 *          "inputs" has a letter for each: s for SQL, f for a file
 *     {"rdspass":V,"type":"ask"}
 *     {"rdspass":V,"type":"facts","body":N}
 *     {"rdspass":V,"type":"failure","kind":…,"message":…,"hint":…}
 */
#include "rdspass/ipc/client.h"

#include "members.h"

enum { IS_SQL = 's', IS_FILE = 'f' };

static const struct {
    const char *name;
    size_t members;
    size_t body_max;
} types[] = {
    [RP_CLIENT_RUN] = {"run", 16, RP_MESSAGE_BODY_MAX},
    [RP_CLIENT_ASK] = {"ask", 0, 0},
    [RP_CLIENT_FACTS] = {"facts", 0, RP_CLIENT_FACTS_MAX},
    [RP_CLIENT_FAILURE] = {"failure", RP_MEMBERS_OF_FAILURE, 0},
};
enum { TYPES = sizeof(types) / sizeof(types[0]) };

static rp_status fail_form(struct rp_error *err)
{
    return rp_fail(err, RP_KIND_INTERNAL, "a message between rdspass and its client is malformed");
}

static bool is_of(const struct rp_message *message, enum rp_client_message type)
{
    return rp_members_type_is(message, types[type].name) &&
           rp_members_count_is(message, types[type].members) &&
           message->body.len <= types[type].body_max;
}

rp_status rp_client_message_type(const struct rp_message *message, enum rp_client_message *out,
                                 struct rp_error *err)
{
    for (int i = 0; i < TYPES; i++) {
        if (is_of(message, (enum rp_client_message)i)) {
            *out = (enum rp_client_message)i;
            return RP_OK;
        }
    }
    return fail_form(err);
}

/* --- run ------------------------------------------------------------------------ */

static void add_text(struct rp_buf *body, const char *text)
{
    rp_buf_add_str(body, text);
    rp_buf_add_char(body, '\0');
}

/* The texts go to the body; what they are, as a letter for each. */
static void add_inputs(const struct rp_client_order *order, struct rp_json *in, struct rp_buf *body)
{
    char kinds[RP_CLIENT_INPUTS_MAX + 1];

    for (size_t i = 0; i < order->input_count; i++) {
        kinds[i] = order->inputs[i].is_file ? IS_FILE : IS_SQL;
        add_text(body, order->inputs[i].text);
    }
    kinds[order->input_count] = '\0';
    rp_json_add_text(in, "inputs", kinds);
}

struct rp_json *rp_client_format_run(const struct rp_client_order *order, struct rp_buf *body)
{
    struct rp_json *json = rp_message_new(types[RP_CLIENT_RUN].name);

    if (json == NULL)
        return NULL;
    rp_json_add_text(json, "engine", rp_engine_name(order->engine));
    rp_json_add_text(json, "socket", order->socket);
    rp_json_add_number(json, "port", order->port);
    rp_json_add_text(json, "host", order->host);
    rp_json_add_text(json, "user", order->user);
    rp_json_add_text(json, "database", order->database);
    rp_json_add_text(json, "format", order->format);
    rp_json_add_text(json, "binary", order->binary);
    rp_json_add_bool(json, "no_header", order->no_header);
    rp_json_add_bool(json, "force", order->force);
    rp_json_add_bool(json, "verbose", order->verbose);
    rp_json_add_bool(json, "quiet", order->quiet);
    rp_json_add_bool(json, "local_infile", order->local_infile);
    rp_json_add_bool(json, "null_given", order->null_given);
    rp_json_add_number(json, "timeout", order->timeout);
    add_text(body, order->null);
    add_text(body, order->history);
    add_inputs(order, json, body);
    return json;
}

static bool get_bool(const struct rp_json *from, const char *name, bool *out)
{
    return rp_json_boolean(rp_json_member(from, name), out);
}

static bool get_place(const struct rp_json *from, struct rp_client_order *out)
{
    struct rp_span engine = rp_span(rp_json_text(rp_json_member(from, "engine")));
    int64_t port;

    if (!rp_members_number(from, "port", 1, UINT16_MAX, &port))
        return false;
    out->port = (uint16_t)port;
    out->engine = rp_span_is(engine, "mysql")      ? RP_ENGINE_MYSQL
                  : rp_span_is(engine, "postgres") ? RP_ENGINE_POSTGRES
                                                   : RP_ENGINE_UNKNOWN;
    return out->engine != RP_ENGINE_UNKNOWN &&
           rp_members_text(from, "socket", out->socket, sizeof(out->socket)) &&
           out->socket[0] == '/' && rp_members_text(from, "host", out->host, sizeof(out->host)) &&
           rp_members_text(from, "user", out->user, sizeof(out->user)) &&
           rp_members_text(from, "database", out->database, sizeof(out->database));
}

static bool get_manner(const struct rp_json *from, struct rp_client_order *out)
{
    int64_t timeout;

    if (!rp_members_number(from, "timeout", 0, RP_CLIENT_TIMEOUT_MAX, &timeout))
        return false;
    out->timeout = (uint32_t)timeout;
    return rp_members_text(from, "format", out->format, sizeof(out->format)) &&
           rp_members_text(from, "binary", out->binary, sizeof(out->binary)) &&
           get_bool(from, "no_header", &out->no_header) && get_bool(from, "force", &out->force) &&
           get_bool(from, "verbose", &out->verbose) && get_bool(from, "quiet", &out->quiet) &&
           get_bool(from, "local_infile", &out->local_infile) &&
           get_bool(from, "null_given", &out->null_given);
}

/* The next text of the body, which ends in a NUL; NULL where there is none. */
static const char *take_text(struct rp_span *rest)
{
    const char *text = rest->p;
    size_t n = rp_span_find(*rest, '\0');

    if (n == rest->n)
        return NULL;
    *rest = rp_span_skip(*rest, n + 1);
    return text;
}

static bool copy_text(struct rp_span *rest, char *out, size_t size)
{
    const char *text = take_text(rest);

    if (text == NULL || strlen(text) >= size)
        return false;
    memcpy(out, text, strlen(text) + 1);
    return true;
}

static bool get_texts(const struct rp_message *message, struct rp_client_order *out)
{
    const char *kinds = rp_json_text(rp_json_member(message->header, "inputs"));
    struct rp_span rest = rp_buf_span(&message->body);

    if (kinds == NULL || strlen(kinds) > RP_CLIENT_INPUTS_MAX ||
        !copy_text(&rest, out->null, sizeof(out->null)) ||
        !copy_text(&rest, out->history, sizeof(out->history)))
        return false;
    for (const char *kind = kinds; *kind != '\0'; kind++) {
        const char *text = take_text(&rest);
        if (text == NULL || (*kind != IS_SQL && *kind != IS_FILE))
            return false;
        out->inputs[out->input_count++] =
            (struct rp_client_input){.is_file = *kind == IS_FILE, .text = text};
    }
    return rest.n == 0;
}

rp_status rp_client_parse_run(const struct rp_message *message, struct rp_client_order *out,
                              struct rp_error *err)
{
    struct rp_client_order order = {0};

    if (!is_of(message, RP_CLIENT_RUN) || !get_place(message->header, &order) ||
        !get_manner(message->header, &order) || !get_texts(message, &order))
        return fail_form(err);
    *out = order;
    return RP_OK;
}

/* --- the rest ------------------------------------------------------------------- */

struct rp_json *rp_client_format_ask(void)
{
    return rp_message_new(types[RP_CLIENT_ASK].name);
}

struct rp_json *rp_client_format_facts(void)
{
    return rp_message_new(types[RP_CLIENT_FACTS].name);
}

struct rp_json *rp_client_format_failure(const struct rp_error *failure)
{
    struct rp_json *json = rp_message_new(types[RP_CLIENT_FAILURE].name);

    if (json != NULL)
        rp_members_add_failure(json, failure);
    return json;
}

rp_status rp_client_parse_failure(const struct rp_message *message, struct rp_error *out,
                                  struct rp_error *err)
{
    if (!is_of(message, RP_CLIENT_FAILURE) || !rp_members_failure(message->header, out))
        return fail_form(err);
    return RP_OK;
}
