/* Unit test of what doctor asks of a target: a host that is no endpoint, and the config files. */
#include <sys/stat.h>

#include "held_context.h"
#include "rdspass/base/file.h"
#include "rdspass/rds/target.h"

#define CLUSTER "demo.cluster-abc123.eu-central-1.rds.amazonaws.com"

static char folder[] = "/tmp/rdspass-target-XXXXXX";
static char system_path[64];
static char user_path[64];

static void put(const char *path)
{
    struct rp_error err = {0};

    if (rp_failed(rp_file_replace(path, RP_SPAN("[defaults]\n"), RP_FILE_PRIVATE, &err)))
        (void)printf("Bail out! %s\n", err.msg);
}

static void test_files(void)
{
    RP_BUF_AUTO struct rp_buf files = {.max = 8192};
    const char *const variables[] = {"RP_TEST_SYSTEM_CONFIG", system_path, "RDSPASS_CONFIG",
                                     user_path, NULL};
    char wanted[256];
    struct held held;

    held_init(&held, variables);
    rp_target_files(&held.ctx, &files);
    IS_STR(rp_buf_str(&files), "", "no config file");
    put(user_path);
    rp_target_files(&held.ctx, &files);
    (void)snprintf(wanted, sizeof(wanted), "%s\n", user_path);
    IS_STR(rp_buf_str(&files), wanted, "the one that is there");
    rp_buf_clear(&files);
    put(system_path);
    rp_target_files(&held.ctx, &files);
    (void)snprintf(wanted, sizeof(wanted), "%s\n%s\n", system_path, user_path);
    IS_STR(rp_buf_str(&files), wanted, "both");
    held_release(&held);
}

static void test_any_host(void)
{
    const struct rp_target_options other = {.target = "DB.Corp.Example:3306", .any_host = true};
    const struct rp_target_options cluster = {.target = CLUSTER, .any_host = true};
    struct rp_target target;
    struct rp_error err = {0};
    struct held held;

    held_init(&held, (const char *const[]){"RP_TEST_SYSTEM_CONFIG", "/nonexistent", NULL});
    WORKS(rp_target_resolve(&held.ctx, &other, &target, &err), err,
          "a host that is no endpoint, for who only looks");
    IS_INT(target.endpoint.kind, RP_ENDPOINT_OTHER, "  its kind");
    IS_STR(target.endpoint.host, "db.corp.example", "  its name");
    IS_INT(target.engine, RP_ENGINE_MYSQL, "  the engine by its port");
    FAILS(rp_endpoint_check_token(&target.endpoint, &err), RP_KIND_CONFIG, err,
          "  no token is made for it");
    WORKS(rp_target_resolve(&held.ctx, &cluster, &target, &err), err, "an endpoint");
    IS_INT(target.endpoint.kind, RP_ENDPOINT_CLUSTER, "  stays what it is");
    held_release(&held);
}

int main(void)
{
    if (mkdtemp(folder) == NULL)
        return 1;
    (void)snprintf(system_path, sizeof(system_path), "%s/system", folder);
    (void)snprintf(user_path, sizeof(user_path), "%s/user", folder);
    test_files();
    test_any_host();
    (void)unlink(system_path);
    (void)unlink(user_path);
    (void)rmdir(folder);
    return tap_done();
}
