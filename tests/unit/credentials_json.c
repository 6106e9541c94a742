/* Unit test of src/aws/credentials_json.c: what is taken, what is refused, and in what words. */
#include "rdspass/aws/credentials_json.h"

#include "tap.h"

/* AWS's published example keys. */
#define ID "ASIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define KEYS "\"Id\":\"" ID "\",\"Secret\":\"" SECRET "\""

static const struct rp_credentials_fields strict = {"Id", "Secret", "Token", "End", true, true};
static const struct rp_credentials_fields lenient = {"Id", "Secret", "Token", "End", false, false};

static bool read_text(const char *text, const struct rp_credentials_fields *fields,
                      struct rp_credentials *out, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = NULL;

    *err = (struct rp_error){0};
    WORKS(rp_json_parse(rp_span(text), RP_KIND_CREDENTIALS, "a test", &json, err), *err, "parses");
    return !rp_failed(rp_credentials_from_json(json, fields, "the answer", out, err));
}

static void takes(const char *text, const struct rp_credentials_fields *fields, const char *token,
                  int64_t end, const char *name)
{
    RP_CREDENTIALS_AUTO struct rp_credentials got = {0};
    struct rp_error err;

    if (!OK(read_text(text, fields, &got, &err), "%s: %s", name, err.msg))
        return;
    IS_STR(got.access_key_id, ID, name);
    IS_SPAN(rp_secret_reveal(&got.secret_access_key), SECRET, name);
    IS_SPAN(rp_secret_reveal(&got.session_token), token, name);
    IS_INT(got.expires_at, end, name);
}

static void refuses(const char *text, const struct rp_credentials_fields *fields, const char *msg)
{
    RP_CREDENTIALS_AUTO struct rp_credentials got = {.access_key_id = "untouched"};
    struct rp_error err;

    OK(!read_text(text, fields, &got, &err), "%s is refused", text);
    IS_INT(err.kind, RP_KIND_CREDENTIALS, "  its kind");
    IS_STR(err.msg, msg, "  its words");
    IS_STR(got.access_key_id, "untouched", "  what was there stays");
}

static void good(void)
{
    takes("{" KEYS ",\"Token\":\"EXAMPLETOKEN\",\"End\":\"2026-01-02T03:04:05Z\"}", &strict,
          "EXAMPLETOKEN", 1767323045, "all of them");
    takes("{\"Later\":[1,{\"a\":null}]," KEYS
          ",\"Token\":\"EXAMPLETOKEN\",\"End\":\"2026-01-02T05:04:05.250+02:00\"}",
          &strict, "EXAMPLETOKEN", 1767323045, "another form of time, an unknown member");
    takes("{" KEYS "}", &lenient, "", RP_NEVER, "only what must be there");
    takes("{" KEYS ",\"Token\":null,\"End\":null}", &lenient, "", RP_NEVER, "null is not there");
    takes("{" KEYS ",\"Token\":\"\"}", &lenient, "", RP_NEVER, "an empty token is none");
}

static void members(void)
{
    refuses("[]", &lenient, "the answer is not a JSON object");
    refuses("\"" SECRET "\"", &lenient, "the answer is not a JSON object");
    refuses("{}", &lenient, "the answer has no Id");
    refuses("{\"id\":\"" ID "\"}", &lenient, "the answer has no Id");
    refuses("{\"Id\":null}", &lenient, "the answer has no Id");
    refuses("{\"Id\":1}", &lenient, "the Id in the answer is not a text");
    refuses("{\"Id\":\"\"}", &lenient, "the Id in the answer is empty");
    refuses("{\"Id\":\"" ID "\"}", &lenient, "the answer has no Secret");
    refuses("{\"Id\":\"" ID "\",\"Secret\":[\"" SECRET "\"]}", &lenient,
            "the Secret in the answer is not a text");
    refuses("{" KEYS ",\"Token\":true}", &lenient, "the Token in the answer is not a text");
    refuses("{" KEYS "}", &strict, "the answer has no Token");
    refuses("{" KEYS ",\"Token\":\"\"}", &strict, "the Token in the answer is empty");
    refuses("{" KEYS ",\"Token\":\"t\"}", &strict, "the answer has no End");
}

static void values(void)
{
    static const char no_time[] = "the End in the answer is not a time like 2026-01-02T03:04:05Z";

    refuses("{" KEYS ",\"End\":1767323045}", &lenient, "the End in the answer is not a text");
    refuses("{" KEYS ",\"End\":\"\"}", &lenient, no_time);
    refuses("{" KEYS ",\"End\":\"soon\"}", &lenient, no_time);
    refuses("{\"Id\":\"A B\",\"Secret\":\"" SECRET "\"}", &lenient,
            "the access key id in the answer has a character in it that no key id has");
    refuses("{\"Id\":\"" ID "\",\"Secret\":\"wJalr\\nX\"}", &lenient,
            "the secret access key in the answer has a line break or a control character in it");
    refuses("{" KEYS ",\"Token\":\"a\\u001b[0m\"}", &lenient,
            "the session token in the answer has a line break or a control character in it");
}

int main(void)
{
    good();
    members();
    values();
    return tap_done();
}
