/*
 * A person's world for tests of SSO: a home of its own with a config file, what
 * `aws sso login` left there, and a scripted network.
 */
#ifndef SSO_WORLD_H
#define SSO_WORLD_H

#include <ftw.h>
#include <sys/stat.h>

#include "aws/sso.h"
#include "held_context.h"
#include "rdspass/base/file.h"
#include "scripted_net.h"

#define SSO_CONFIG                                                                                  \
    "[profile dev]\nsso_session = my-sso\nsso_account_id = 012345678901\nsso_role_name = Dev Ops\n" \
    "[profile old]\nsso_start_url = https://old.awsapps.com/start\nsso_region = eu-west-1\n"        \
    "sso_account_id = 123456789012\nsso_role_name = Dev\n"                                          \
    "[sso-session my-sso]\nsso_region = us-east-1\n"                                                \
    "sso_start_url = https://d-1.awsapps.com/start\n"
#define SSO_PORTAL                                                                                 \
    "https://portal.sso.us-east-1.amazonaws.com/federation/credentials?role_name=Dev%20Ops&"       \
    "account_id=012345678901"
#define SSO_OIDC "https://oidc.us-east-1.amazonaws.com/token"
#define SSO_BEARER(token) "x-amz-sso_bearer_token: " token "\n"
/* AWS's published example secret; the id is of the published form. */
#define SSO_KEYS(ends_ms)                                                                          \
    "{\"roleCredentials\":{\"accessKeyId\":\"ASIAIOSFODNN7EXAMPLE\","                              \
    "\"secretAccessKey\":\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\","                            \
    "\"sessionToken\":\"EXAMPLETOKEN\",\"expiration\":" ends_ms "}}"
/* The token of "my-sso", that of the start URL of "old", and the keys of "dev" and of "old". */
#define SSO_FILE ".aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json"
#define SSO_OLD_FILE ".aws/sso/cache/33d5ca4bf3b1a62edb96b47f7c203034a43ac435.json"
#define SSO_KEYS_FILE ".aws/cli/cache/d1e6750b1ea096ebf55cdc2cc824bd9c63f07bdc.json"
#define SSO_OLD_KEYS_FILE ".aws/cli/cache/ed086739c887bf41413814d887e40b48e6388a41.json"

/* The world's time is 2026-01-02T03:04:05Z. */
enum { SSO_NOW = 1767323045 };
#define SSO_IN_10_MINUTES "2026-01-02T03:14:05Z"
#define SSO_IN_15_MINUTES "2026-01-02T03:19:05Z"
#define SSO_IN_AN_HOUR "2026-01-02T04:04:05Z"
#define SSO_IN_AN_HOUR_MS "1767326645999"
#define SSO_A_SECOND_AGO "2026-01-02T03:04:04Z"

struct sso_world {
    char home[64];
    const char *variables[8];
    struct held held;
    struct scripted_net net;
    struct rp_session session;
};

/* A path in the home; borrowed until the next but three. */
static const char *sso_path(const struct sso_world *world, const char *name)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];

    (void)snprintf(path, sizeof(paths[0]), "%s/%s", world->home, name);
    return path;
}

static void sso_put(const struct sso_world *world, const char *name, const char *text)
{
    if (rp_failed(rp_file_replace(sso_path(world, name), rp_span(text), RP_FILE_PRIVATE, NULL)))
        abort();
}

static inline void sso_get(const struct sso_world *world, const char *name, struct rp_buf *out)
{
    bool found = false;

    rp_buf_clear(out);
    if (rp_failed(rp_file_read(sso_path(world, name), RP_KIND_INTERNAL, out, &found, NULL)))
        abort();
}

static void sso_make_directories(const struct sso_world *world)
{
    static const char *const names[] = {".aws", ".aws/sso", ".aws/sso/cache"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (mkdir(sso_path(world, names[i]), 0755) != 0)
            abort();
}

/* Selects the profile of the config file. */
static void sso_world_init(struct sso_world *world, const char *config, const char *profile,
                           const struct scripted *script, size_t count)
{
    struct rp_error err = {0};

    *world = (struct sso_world){.home = "/tmp/rdspass-sso.XXXXXX"};
    if (mkdtemp(world->home) == NULL)
        abort();
    world->variables[0] = "HOME";
    world->variables[1] = world->home;
    world->variables[2] = "AWS_MAX_ATTEMPTS"; /* what fails is not tried again */
    world->variables[3] = "1";
    held_init(&world->held, world->variables);
    sso_make_directories(world);
    sso_put(world, ".aws/config", config);
    scripted_init(&world->net, script, count);
    world->net.proxied = true;
    WORKS(rp_session_init(&world->session, &world->held.ctx, profile, &err), err, profile);
    world->session.net = &world->net.transport;
}

static int sso_remove(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static void sso_world_release(struct sso_world *world, const char *name)
{
    scripted_finish(&world->net, name);
    (void)nftw(world->home, sso_remove, 8, FTW_DEPTH | FTW_PHYS);
    rp_session_release(&world->session);
    held_release(&world->held);
}

#endif
