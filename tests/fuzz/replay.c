/*
 * The main program of a fuzzer that replays files instead of making them up:
 * any compiler builds it, and a corpus is then a test.
 *
 *     fuzz_NAME.t [FILE|FOLDER...]     by default, tests/fuzz/corpus/NAME
 *
 * Each input also runs cut off at every length up to 64 bytes, and empty. TAP.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "rdspass/base/file.h"
#include "tap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20, CUT_MAX = 64 };

/* The copy is exactly as large as it looks, so that sanitizers see the first byte too many. */
static void run_bytes(struct rp_span bytes)
{
    uint8_t *copy = malloc(bytes.n > 0 ? bytes.n : 1);

    if (copy == NULL)
        abort();
    if (bytes.n > 0)
        memcpy(copy, bytes.p, bytes.n);
    (void)LLVMFuzzerTestOneInput(copy, bytes.n);
    free(copy);
}

static void replay_file(const char *path)
{
    RP_BUF_AUTO struct rp_buf input = {.max = INPUT_MAX};
    struct rp_error err = {0};
    bool found = false;

    WORKS(rp_file_read(path, RP_KIND_INTERNAL, &input, &found, &err), err, path);
    if (!found)
        OK(false, "%s is there", path);
    for (size_t n = 0; n < CUT_MAX && n < input.len; n++)
        run_bytes(rp_span_first(rp_buf_span(&input), n));
    run_bytes(rp_buf_span(&input));
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* A file, or the files of a folder. */
static void replay(const char *path)
{
    struct dirent **entries = NULL;
    struct stat st;

    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        replay_file(path);
        return;
    }
    int n = scandir(path, &entries, is_visible, alphasort);
    OK(n > 0, "%s holds inputs", path);
    for (int i = 0; i < n; i++) {
        char inner[4096];

        (void)snprintf(inner, sizeof(inner), "%s/%s", path, entries[i]->d_name);
        replay_file(inner);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    if (argc < 2)
        replay(CORPUS);
    return tap_done();
}
