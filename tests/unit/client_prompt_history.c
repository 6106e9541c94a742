/* The history of the prompt: what is kept, how it comes back, whose file it is. */
#include "client/prompt_history.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "rdspass/base/file.h"
#include "tap.h"

static char folder[] = "/tmp/history.XXXXXX";
static char path[64];
static struct rp_buf given = {.max = 1 << 20}; /* entries, each with a '|' behind it */
static size_t count;

static void take(void *self, const char *entry)
{
    (void)self;
    rp_buf_add_str(&given, entry);
    rp_buf_add_char(&given, '|');
    count++;
}

static const char *loaded(void)
{
    struct rp_error err = {0};

    rp_buf_clear(&given);
    count = 0;
    WORKS(rp_history_load(path, take, NULL, &err), err, "it is read");
    return rp_buf_str(&given);
}

static void append(struct rp_span entry)
{
    struct rp_error err = {0};

    WORKS(rp_history_append(path, entry, &err), err, "a statement is added");
}

static unsigned mode_of(const char *name)
{
    struct stat st = {0};

    return stat(name, &st) == 0 ? st.st_mode & 0777 : 0;
}

static void test_what_is_kept(void)
{
    static char large[RP_HISTORY_ENTRY_MAX + 1];

    memset(large, 'x', sizeof(large));
    OK(rp_history_keeps(RP_SPAN("select 1;")), "a statement is kept");
    OK(!rp_history_keeps(RP_SPAN("")), "nothing is not");
    OK(!rp_history_keeps(RP_SPAN("alter user x PassWord 'y'")), "nor a password");
    OK(!rp_history_keeps(RP_SPAN("create user x\nIDENTIFIED by 'y'")), "  of MySQL");
    OK(!rp_history_keeps(RP_SPAN("call mysql.rds_set_external_master('h',1,'u','p')")), "  of RDS");
    OK(rp_history_keeps((struct rp_span){large, sizeof(large) - 1}), "a long one is");
    OK(!rp_history_keeps((struct rp_span){large, sizeof(large)}), "one that is too long is not");
}

static void test_entries(void)
{
    IS_STR(loaded(), "", "a new history is empty");
    IS_INT(mode_of(path), 0600, "  and for its user alone");
    append(RP_SPAN("select 1;"));
    append(RP_SPAN("select '\\n', 'a\nb', '\\\\';"));
    append(RP_SPAN("select '\xc3\xa4';"));
    IS_STR(loaded(), "select 1;|select '\\n', 'a\nb', '\\\\';|select '\xc3\xa4';|",
           "statements come back as they were");
    OK(chmod(path, 0644) == 0, "others may read it");
    append(RP_SPAN("x"));
    IS_INT(mode_of(path), 0600, "  no longer");
}

static void test_bound(void)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 1 << 20};
    struct rp_error err = {0};

    for (int i = 0; i < RP_HISTORY_ENTRIES + 7; i++)
        rp_buf_addf(&text, "%d\n", i);
    WORKS(rp_file_replace(path, rp_buf_span(&text), RP_FILE_PRIVATE, &err), err, "a long history");
    OK(rp_span_starts(rp_span(loaded()), "7|8|"), "its latest statements come");
    IS_INT(count, RP_HISTORY_ENTRIES, "  as many as are kept");
    append(RP_SPAN("last"));
    OK(rp_span_starts(rp_span(loaded()), "8|9|"), "older ones are gone from the file");
    OK(rp_span_ends(rp_buf_span(&given), "|1006|last|"), "  and newer ones are there");
}

static void test_odd_files(void)
{
    struct rp_error err = {0};

    WORKS(rp_file_replace(path, RP_SPAN("a\\"), RP_FILE_PRIVATE, &err), err, "half a line");
    IS_STR(loaded(), "a\\|", "  is taken as it is");
    OK(unlink(path) == 0 && symlink("/dev/null", path) == 0, "a link");
    FAILS(rp_history_load(path, take, NULL, &err), RP_KIND_OUTPUT, err, "  is not followed");
    FAILS(rp_history_append(path, RP_SPAN("x"), &err), RP_KIND_OUTPUT, err, "  ever");
    OK(unlink(path) == 0 && mkfifo(path, 0600) == 0, "a pipe");
    FAILS(rp_history_load(path, take, NULL, &err), RP_KIND_OUTPUT, err, "  is not read");
    OK(unlink(path) == 0, "and all is taken away");
}

int main(void)
{
    char inner[32];

    if (mkdtemp(folder) == NULL)
        return 1;
    (void)snprintf(inner, sizeof(inner), "%s/a", folder);
    (void)snprintf(path, sizeof(path), "%s/a/history", folder);
    test_what_is_kept();
    test_entries();
    IS_INT(mode_of(inner), 0700, "so is its folder");
    test_bound();
    test_odd_files();
    (void)rmdir(inner);
    (void)rmdir(folder);
    rp_buf_release(&given);
    return tap_done();
}
