/* The history of the prompt: reading it, adding to it, and what does not belong in it. */
#include "prompt_history.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "rdspass/base/file.h"

enum {
    READ_MAX = 2 * RP_HISTORY_ENTRIES * RP_HISTORY_ENTRY_MAX,
    LINE_MAX_BYTES = 2 * RP_HISTORY_ENTRY_MAX + 1,
    PATH_BYTES_MAX = 4096,
};

/* --- what is kept ---------------------------------------------------------------------- */

bool rp_history_keeps(struct rp_span entry)
{
    /* The last two are procedures of RDS that take one. */
    static const char *const words[] = {"password",
                                        "identified",
                                        "secret",
                                        "credential",
                                        "rds_set_external_master",
                                        "rds_set_external_source"};

    if (entry.n == 0 || entry.n > RP_HISTORY_ENTRY_MAX)
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        for (struct rp_span rest = entry; rest.n > 0; rest = rp_span_skip(rest, 1))
            if (rp_span_is_nocase(rp_span_first(rest, strlen(words[i])), words[i]))
                return false;
    return true;
}

/* --- the file --------------------------------------------------------------------------- */

/* The folders on the way to it, for us alone where they are not there yet. */
static void make_folders(const char *path)
{
    RP_BUF_AUTO struct rp_buf part = {.max = PATH_BYTES_MAX};

    for (const char *p = path; *p != '\0'; p++) {
        if (*p == '/' && p > path)
            (void)mkdir(rp_buf_str(&part), S_IRWXU);
        rp_buf_add_char(&part, *p);
    }
}

static rp_status open_file(const char *path, int *out, struct rp_error *err)
{
    const int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    struct stat st;

    int fd = open(path, flags, RP_FILE_PRIVATE);
    if (fd < 0)
        return rp_fail_errno(err, RP_KIND_OUTPUT, "no history: %s", path);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid()) {
        (void)close(fd);
        return rp_fail(err, RP_KIND_OUTPUT, "no history: %s is not a file of this user's", path);
    }
    if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        (void)fchmod(fd, RP_FILE_PRIVATE);
    *out = fd;
    return RP_OK;
}

/* All of it, or as much of its end as is read. */
static rp_status read_end(int fd, struct rp_buf *out, struct rp_error *err)
{
    off_t size = lseek(fd, 0, SEEK_END);
    off_t from = size > READ_MAX ? size - READ_MAX : 0;

    if (size < 0 || lseek(fd, from, SEEK_SET) != from)
        return rp_fail_errno(err, RP_KIND_OUTPUT, "no history");
    RP_TRY(rp_read_all(fd, RP_KIND_OUTPUT, "the history", out, err));
    if (from > 0)
        rp_buf_drop(out, rp_span_find(rp_buf_span(out), '\n') + 1);
    return RP_OK;
}

/* --- entries ----------------------------------------------------------------------------- */

static void add_line(struct rp_buf *out, struct rp_span entry)
{
    for (size_t i = 0; i < entry.n; i++) {
        if (entry.p[i] == '\\' || entry.p[i] == '\n')
            rp_buf_add_char(out, '\\');
        rp_buf_add_char(out, entry.p[i] == '\n' ? 'n' : entry.p[i]);
    }
    rp_buf_add_char(out, '\n');
}

static void give_entry(struct rp_span line, void (*give)(void *self, const char *entry), void *self)
{
    RP_BUF_AUTO struct rp_buf entry = {.max = RP_HISTORY_ENTRY_MAX};

    for (size_t i = 0; i < line.n; i++) {
        bool escaped = line.p[i] == '\\' && i + 1 < line.n;
        i += escaped ? 1 : 0;
        rp_buf_add_char(&entry, escaped && line.p[i] == 'n' ? '\n' : line.p[i]);
    }
    if (entry.len > 0 && entry.state == RP_BUF_FINE)
        give(self, rp_buf_str(&entry));
}

static size_t count_lines(struct rp_span text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.n; i++)
        count += text.p[i] == '\n' ? 1 : 0;
    return count;
}

rp_status rp_history_load(const char *path, void (*give)(void *self, const char *entry), void *self,
                          struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf content = {.max = READ_MAX + LINE_MAX_BYTES};
    RP_FD_AUTO int fd = -1;
    struct rp_span line;

    make_folders(path);
    RP_TRY(open_file(path, &fd, err));
    RP_TRY(read_end(fd, &content, err));
    struct rp_span rest = rp_buf_span(&content);
    size_t count = count_lines(rest);
    for (size_t i = count; i > RP_HISTORY_ENTRIES; i--)
        (void)rp_span_split(&rest, '\n', &line);
    if (count > RP_HISTORY_ENTRIES)
        RP_TRY(rp_file_replace(path, rest, RP_FILE_PRIVATE, err));
    while (rp_span_split(&rest, '\n', &line))
        give_entry(line, give, self);
    return RP_OK;
}

rp_status rp_history_append(const char *path, struct rp_span entry, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf line = {.max = LINE_MAX_BYTES};
    RP_FD_AUTO int fd = -1;

    add_line(&line, entry);
    RP_TRY(rp_buf_check(&line, RP_KIND_OUTPUT, "a statement", err));
    RP_TRY(open_file(path, &fd, err));
    return rp_write_all(fd, rp_buf_span(&line), path, err);
}
