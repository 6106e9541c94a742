/*
 * Fifty processes at once that want the same role of SSO, with nothing cached and
 * a token to be renewed: all get it, few ask, and the files are whole.
 */
#include "sso_world.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "aws/provider.h"
#include "rdspass/codec/json.h"

enum { PROCESSES = 50, CALLS_MAX = 10, ANSWER_MS = 50 };

/* In memory that all share: a network that counts, and rotates what it gives. */
struct crowd {
    atomic_int renewals;
    atomic_int keys;
    atomic_int stale; /* questions with a refresh token that had been used */
    atomic_int go;
};

static struct crowd *crowd;

static void answer_renewal(const struct rp_http_request *request, struct rp_buf *body)
{
    char wanted[64];
    int n = atomic_fetch_add(&crowd->renewals, 1);

    (void)snprintf(wanted, sizeof(wanted), "\"refreshToken\":\"refresh-%d\"", n);
    if (memmem(request->body.p, request->body.n, wanted, strlen(wanted)) == NULL)
        atomic_fetch_add(&crowd->stale, 1);
    rp_buf_addf(body,
                "{\"accessToken\":\"token-%d\",\"expiresIn\":3600,\"refreshToken\":\"refresh-%d\"}",
                n + 1, n + 1);
}

static rp_status perform(void *self, const struct rp_http_request *request,
                         struct rp_http_response *out, struct rp_error *err)
{
    (void)self;
    (void)err;
    rp_http_response_release(out);
    *out = (struct rp_http_response){.outcome = RP_HTTP_ANSWERED, .connected = true, .status = 200};
    rp_buf_init(&out->body, request->max_body);
    (void)usleep(ANSWER_MS * 1000);
    if (strcmp(request->method, "POST") == 0) {
        answer_renewal(request, &out->body);
    } else {
        atomic_fetch_add(&crowd->keys, 1);
        rp_buf_add_str(&out->body, SSO_KEYS(SSO_IN_AN_HOUR_MS));
    }
    return RP_OK;
}

/* One process: 0 where it has the keys. */
static int one_of_them(struct sso_world *world)
{
    RP_CREDENTIALS_AUTO struct rp_credentials found = {0};
    enum rp_answer answer = RP_ANSWER_NOT_CONFIGURED;
    char why[RP_WHY_SIZE] = "";
    struct rp_error err = {0};

    while (!atomic_load(&crowd->go))
        (void)usleep(1000);
    rp_status status = rp_provider_sso.load(&world->session, &answer, &found, why, &err);
    if (rp_failed(status) || answer != RP_ANSWER_CREDENTIALS ||
        strcmp(found.access_key_id, "ASIAIOSFODNN7EXAMPLE") != 0) {
        (void)fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    return world->held.warnings.len == 0 ? 0 : 2;
}

static void start_all(struct sso_world *world, pid_t pids[PROCESSES])
{
    (void)fflush(stdout);
    for (int i = 0; i < PROCESSES; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit(one_of_them(world));
        if (pids[i] < 0)
            abort();
    }
    atomic_store(&crowd->go, 1);
}

static int wait_for_all(const pid_t pids[PROCESSES])
{
    int good = 0;
    int status = 0;

    for (int i = 0; i < PROCESSES; i++)
        if (waitpid(pids[i], &status, 0) == pids[i] && status == 0)
            good++;
    return good;
}

static void is_whole(const struct sso_world *world, const char *file, const char *member)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 1 << 16};
    RP_JSON_AUTO struct rp_json *json = NULL;
    struct rp_error err = {0};

    sso_get(world, file, &text);
    WORKS(rp_json_parse(rp_buf_span(&text), RP_KIND_INTERNAL, file, &json, &err), err, file);
    OK(rp_json_member(json, member) != NULL, "  with %s", member);
}

int main(void)
{
    struct rp_transport net = {.perform = perform};
    struct sso_world world;
    pid_t pids[PROCESSES];

    crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (crowd == MAP_FAILED)
        abort();
    sso_world_init(&world, SSO_CONFIG, "dev", NULL, 0);
    world.session.net = &net;
    sso_put(&world, SSO_FILE,
            "{\"accessToken\":\"token-0\",\"expiresAt\":\"" SSO_A_SECOND_AGO
            "\",\"clientId\":\"c\",\"clientSecret\":\"s\",\"registrationExpiresAt\":"
            "\"" SSO_IN_AN_HOUR "\",\"refreshToken\":\"refresh-0\"}");
    start_all(&world, pids);
    IS_INT(wait_for_all(pids), PROCESSES, "all have the keys, without a warning");
    int calls = atomic_load(&crowd->keys) + atomic_load(&crowd->renewals);
    OK(calls >= 2 && calls <= CALLS_MAX, "by %d calls", calls);
    IS_INT(atomic_load(&crowd->renewals), 1, "  one of them to renew the token");
    IS_INT(atomic_load(&crowd->stale), 0, "  and none with a token that was used before");
    is_whole(&world, SSO_FILE, "refreshToken");
    is_whole(&world, SSO_KEYS_FILE, "Credentials");
    sso_world_release(&world, "a crowd");
    return tap_done();
}
