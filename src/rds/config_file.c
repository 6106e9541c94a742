/* Reading the config file: finding, judging and overlaying its two halves. */
#include "config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "rdspass/base/file.h"
#include "rdspass/codec/ini.h"

static const char defaults[] = "defaults";

void rp_config_release(struct rp_config *config)
{
    for (int i = 0; i < RP_CONFIG__FILES; i++) {
        rp_buf_release(&config->path[i]);
        rp_buf_release(&config->text[i]);
    }
}

/* --- where the files are --- */

static void find_system_path(const struct rp_context *ctx, struct rp_buf *out)
{
    const char *path = NULL;

#ifdef RP_TEST_BUILD
    path = rp_env_get(ctx, "RP_TEST_SYSTEM_CONFIG");
#else
    (void)ctx;
#endif
    rp_buf_add_str(out, path == NULL ? "/etc/rdspass/config" : path);
}

/* Empty where there is no home. A relative XDG_CONFIG_HOME counts as unset, as its rules say. */
static void find_user_path(const struct rp_context *ctx, struct rp_buf *out)
{
    const char *named = rp_env_get(ctx, "RDSPASS_CONFIG");
    const char *xdg = rp_env_get(ctx, "XDG_CONFIG_HOME");

    if (named != NULL) {
        rp_buf_add_str(out, named);
    } else if (xdg != NULL && xdg[0] == '/') {
        rp_buf_add_str(out, xdg);
        rp_buf_add_str(out, "/rdspass/config");
    } else {
        (void)rp_path_expand(ctx, "~/.config/rdspass/config", out);
    }
}

void rp_target_files(const struct rp_context *ctx, struct rp_buf *out)
{
    void (*const find[])(const struct rp_context *, struct rp_buf *) = {find_system_path,
                                                                        find_user_path};

    for (size_t i = 0; i < RP_CONFIG__FILES; i++) {
        RP_BUF_AUTO struct rp_buf path = {.max = RP_PATH_MAX - 1};
        find[i](ctx, &path);
        if (path.len == 0 || access(rp_buf_str(&path), F_OK) != 0)
            continue;
        rp_buf_add(out, rp_buf_span(&path));
        rp_buf_add_char(out, '\n');
    }
}

/* --- opening --- */

/* Who can write the file chooses where tokens go and what is trusted. */
static rp_status check_owner(int fd, const char *path, struct rp_error *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return rp_fail_errno(err, RP_KIND_CONFIG, "cannot read %s", path);
    if (S_ISCHR(st.st_mode) && st.st_uid == 0)
        return RP_OK; /* /dev/null: no config */
    if (S_ISDIR(st.st_mode))
        return rp_fail(err, RP_KIND_CONFIG, "%s is a directory, not a config file", path);
    if (st.st_uid != 0 && st.st_uid != geteuid()) {
        rp_status status =
            rp_fail(err, RP_KIND_CONFIG, "%s is not used: it belongs to another user", path);
        rp_hint(err, "it chooses hosts and roots, so it must be yours or root's");
        return status;
    }
    if ((st.st_mode & S_IWOTH) != 0) {
        rp_status status =
            rp_fail(err, RP_KIND_CONFIG, "%s is not used: anybody can write to it", path);
        rp_hint(err, "chmod o-w %s", path);
        return status;
    }
    return RP_OK;
}

static rp_status load(const char *path, bool must_exist, struct rp_buf *out, struct rp_error *err)
{
    /* Without O_NONBLOCK, opening a FIFO waits for its writer. */
    RP_FD_AUTO int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0 && !must_exist && (errno == ENOENT || errno == ENOTDIR))
        return RP_OK;
    if (fd < 0)
        return rp_fail_errno(err, RP_KIND_CONFIG, "cannot open %s", path);
    RP_TRY(check_owner(fd, path, err));
    RP_TRY(rp_read_all(fd, RP_KIND_CONFIG, path, out, err));
    if (!rp_ini_is_text(rp_buf_span(out)))
        return rp_fail(err, RP_KIND_CONFIG, "%s is not text: it has a NUL byte in it", path);
    return RP_OK;
}

/* --- reading --- */

struct reader {
    const struct rp_context *ctx;
    struct rp_config *config;
    struct rp_span section;
    const char *path;
    enum rp_config_part part; /* what is being read; RP_CONFIG__PARTS: what does not matter */
    rp_status status;
    struct rp_error *err;
};

static void begin_section(struct reader *reader, struct rp_span name)
{
    reader->part = RP_CONFIG__PARTS;
    if (rp_span_is(name, defaults)) {
        reader->part = RP_CONFIG_DEFAULTS;
    } else if (reader->section.n > 0 && rp_span_eq(name, reader->section)) {
        reader->part = RP_CONFIG_SECTION;
        reader->config->has_section = true;
    }
}

static void take_property(struct reader *reader, const struct rp_ini_event *event)
{
    enum rp_setting setting;

    if (reader->part == RP_CONFIG__PARTS)
        return;
    if (rp_setting_find(event->name, &setting)) {
        struct rp_config_value *value = &reader->config->value[reader->part][setting];
        if (value->text.n > 0 && value->path == reader->path)
            rp_warn(reader->ctx, "%s:%u: \"%.*s\" is given again, which beats line %u",
                    reader->path, event->line, RP_SPAN_ARGS(event->name), value->line);
        *value = (struct rp_config_value){event->value, reader->path, event->line};
    } else if (rp_span_is(event->name, "mfa-code")) {
        reader->status = rp_fail(reader->err, RP_KIND_CONFIG,
                                 "%s:%u: a code of \"mfa-code\" serves once, and not from a file",
                                 reader->path, event->line);
        rp_hint(reader->err, "name a program that prints one: mfa-command = PROGRAM ARGUMENTS");
    } else {
        rp_warn(reader->ctx, "%s:%u: unknown key \"%.*s\"", reader->path, event->line,
                RP_SPAN_ARGS(event->name));
    }
}

/* A line that is none of ours: an error in a part that matters, else worth a warning. */
static void take_fault(struct reader *reader, const struct rp_ini_event *event, const char *problem)
{
    if (event->in_section && reader->part != RP_CONFIG__PARTS)
        reader->status = rp_fail(reader->err, RP_KIND_CONFIG, "%s:%u: the line %s", reader->path,
                                 event->line, problem);
    else
        rp_warn(reader->ctx, "%s:%u: the line %s", reader->path, event->line, problem);
    if (!event->in_section)
        reader->part = RP_CONFIG__PARTS;
}

static bool take(void *self, const struct rp_ini_event *event)
{
    struct reader *reader = self;

    switch (event->kind) {
    case RP_INI_SECTION:
        begin_section(reader, event->name);
        break;
    case RP_INI_PROPERTY:
        take_property(reader, event);
        break;
    case RP_INI_CONTINUATION:
    case RP_INI_SUBPROPERTY:
        take_fault(reader, event, "is indented: a value has one line");
        break;
    case RP_INI_BAD:
        take_fault(reader, event, event->problem);
        break;
    }
    return !rp_failed(reader->status);
}

rp_status rp_config_read(const struct rp_context *ctx, struct rp_span section,
                         struct rp_config *out, struct rp_error *err)
{
    bool named = rp_env_get(ctx, "RDSPASS_CONFIG") != NULL;

    for (unsigned i = 0; i < RP_CONFIG__FILES; i++) {
        rp_buf_init(&out->path[i], RP_PATH_MAX - 1);
        rp_buf_init(&out->text[i], RP_CONFIG_SIZE_MAX);
    }
    find_system_path(ctx, &out->path[RP_CONFIG_SYSTEM]);
    find_user_path(ctx, &out->path[RP_CONFIG_USER]);
    if (rp_span_is(section, defaults))
        section.n = 0;
    for (unsigned i = 0; i < RP_CONFIG__FILES; i++) {
        struct reader reader = {.ctx = ctx,
                                .config = out,
                                .section = section,
                                .path = rp_buf_str(&out->path[i]),
                                .part = RP_CONFIG__PARTS,
                                .err = err};
        RP_TRY(rp_buf_check(&out->path[i], RP_KIND_CONFIG, "the config file's path", err));
        if (out->path[i].len == 0)
            continue;
        RP_TRY(load(reader.path, named && i == RP_CONFIG_USER, &out->text[i], err));
        (void)rp_ini_read(rp_buf_span(&out->text[i]), take, &reader);
        if (rp_failed(reader.status))
            return reader.status;
    }
    return RP_OK;
}
