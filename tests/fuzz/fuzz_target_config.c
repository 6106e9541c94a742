/* A TARGET, which is the first line, and the config file, which is the rest. */
#include <sys/mman.h>
#include <sys/stat.h>

#include "context.h"
#include "rdspass/rds/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char config_path[64];

static const char *get_variable(void *self, const char *name)
{
    (void)self;
    if (strcmp(name, "RDSPASS_CONFIG") == 0)
        return config_path;
    return strcmp(name, "RP_TEST_SYSTEM_CONFIG") == 0 ? "/dev/null" : NULL;
}

static const struct rp_context context = FUZZ_CONTEXT(get_variable);

/* A file in memory that only we can write, as the reader demands; its name is in config_path. */
static void hold_config(struct rp_span text)
{
    static int fd = -1;

    if (fd < 0) {
        fd = memfd_create("config", MFD_CLOEXEC);
        if (fd < 0 || fchmod(fd, 0600) != 0)
            abort();
        (void)snprintf(config_path, sizeof(config_path), "/proc/self/fd/%d", fd);
    }
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text.p, text.n, 0) != (ssize_t)text.n)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rp_span text = {(const char *)data, size};
    struct rp_span line = rp_span_first(text, rp_span_find(text, '\n'));
    struct rp_target target;
    struct rp_error err = {0};
    char name[512];

    if (line.n >= sizeof(name))
        return 0;
    if (line.n > 0)
        memcpy(name, line.p, line.n);
    name[line.n] = '\0';
    struct rp_span config = rp_span_skip(text, line.n + 1);
    hold_config(config.n == 0 ? RP_SPAN("") : config);
    const struct rp_target_options options = {.target = name};
    if (rp_failed(rp_target_resolve(&context, &options, &target, &err))) {
        if ((err.kind != RP_KIND_USAGE && err.kind != RP_KIND_CONFIG) || err.msg[0] == '\0')
            abort();
        return 0;
    }
    if (target.endpoint.host[0] == '\0' || (target.ca_file[0] != '\0' && target.ca_file[0] != '/'))
        abort();
    return 0;
}
