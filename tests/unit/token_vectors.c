/*
 * Database tokens of known answer, stage by stage, from the file named by
 * RP_DB_TOKEN_VECTORS: a JSON array of objects with kind ("rds", "dsql"; others
 * are passed over by name), host, port, user, action, access_key, secret_key,
 * session_token, region, timestamp, expires, and what each stage gives.
 */
#include <cjson/cJSON.h>

#include "rdspass/base/context.h"
#include "rdspass/base/file.h"
#include "token_facts.h"

#define DEFAULT_FILE "../shared/data/db-token-vectors.json"

static const char *text_of(const cJSON *vector, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(vector, name));
}

static unsigned number_of(const cJSON *vector, const char *name, unsigned otherwise)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(vector, name);
    return cJSON_IsNumber(number) ? (unsigned)cJSON_GetNumberValue(number) : otherwise;
}

static void check_vector(const cJSON *vector)
{
    const char *name = text_of(vector, "name");
    const char *kind = text_of(vector, "kind");
    const char *action = text_of(vector, "action");
    bool dsql = kind != NULL && strcmp(kind, "dsql") == 0;

    if (kind == NULL || (!dsql && strcmp(kind, "rds") != 0)) {
        char why[256];
        (void)snprintf(why, sizeof(why), "%s is of the kind %s", name == NULL ? "a vector" : name,
                       kind == NULL ? "unknown" : kind);
        tap_skip(why);
        return;
    }
    const struct token_fact fact = {
        .name = name,
        .dsql = dsql,
        .host = text_of(vector, "host"),
        .port = number_of(vector, "port", 0),
        .user = text_of(vector, "user"),
        .admin = action != NULL && strcmp(action, "DbConnectAdmin") == 0,
        .access_key_id = text_of(vector, "access_key"),
        .secret_access_key = text_of(vector, "secret_key"),
        .session_token = text_of(vector, "session_token"),
        .region = text_of(vector, "region"),
        .timestamp = text_of(vector, "timestamp"),
        .expires = number_of(vector, "expires", RP_TOKEN_LIFE),
        .canonical_request = text_of(vector, "canonical_request"),
        .string_to_sign = text_of(vector, "string_to_sign"),
        .signature = text_of(vector, "signature"),
        .token = text_of(vector, "token_canonical_order"),
    };
    if (OK(name != NULL && fact.host != NULL && fact.access_key_id != NULL &&
               fact.signature != NULL,
           "%s is whole", name == NULL ? "a vector" : name))
        check_fact(&fact);
}

int main(void)
{
    struct rp_env env = rp_env_process();
    const char *path = env.get(env.self, "RP_DB_TOKEN_VECTORS");
    RP_BUF_AUTO struct rp_buf text = {.max = 1 << 24};
    struct rp_error err = {0};
    bool found = false;

    if (path == NULL || path[0] == '\0')
        path = DEFAULT_FILE;
    if (rp_failed(rp_file_read(path, RP_KIND_CONFIG, &text, &found, &err)) || !found) {
        char why[1024];
        (void)snprintf(why, sizeof(why), "%s is not there", path);
        tap_skip(why);
        return tap_done();
    }
    cJSON *vectors = cJSON_ParseWithLength(rp_buf_str(&text), text.len);
    OK(cJSON_IsArray(vectors) && cJSON_GetArraySize(vectors) > 0, "%s is a list", path);
    for (const cJSON *vector = vectors == NULL ? NULL : vectors->child; vector != NULL;
         vector = vector->next)
        check_vector(vector);
    cJSON_Delete(vectors);
    return tap_done();
}
