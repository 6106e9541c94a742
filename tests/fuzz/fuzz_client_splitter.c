/*
 * Arbitrary scripts in both dialects. How a script is cut into pieces must make
 * no difference; what is given stands in the script, in its order; and lines are
 * counted right.
 */
#include "split_script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1024 * 1024 };

static void expect(bool good)
{
    if (!good)
        abort();
}

/* The first byte says how the session is. */
static void start(struct rp_splitter *splitter, uint8_t how)
{
    rp_splitter_init(splitter, (how & 1) != 0 ? RP_ENGINE_MYSQL : RP_ENGINE_POSTGRES);
    splitter->standard_strings = (how & 2) == 0;
    splitter->backslashes = (how & 2) == 0;
    splitter->pairs = (enum rp_pairs)((how >> 2) % (RP_PAIRS_SJIS + 1));
}

static void split(uint8_t how, struct rp_span script, size_t n, struct rp_buf *out)
{
    struct rp_splitter splitter;

    start(&splitter, how);
    expect(!rp_failed(split_script(&splitter, script, n, out, NULL)));
    expect(out->state == RP_BUF_FINE);
    rp_splitter_release(&splitter);
}

static uint64_t lines_before(struct rp_span script, const char *at)
{
    uint64_t lines = 1;

    for (const char *p = script.p; p < at; p++)
        lines += *p == '\n' ? 1 : 0;
    return lines;
}

/* Fed at once, and no data taken: pieces point into the whole script. */
static void check_places(uint8_t how, struct rp_span script)
{
    struct rp_splitter splitter;
    struct rp_statement statement;
    enum rp_piece piece;
    size_t passed = 0;

    start(&splitter, how);
    expect(!rp_failed(rp_splitter_feed(&splitter, script, true, NULL)));
    struct rp_span held = rp_buf_span(&splitter.held);
    while ((piece = rp_splitter_next(&splitter, &statement)) != RP_PIECE_END) {
        expect(piece != RP_PIECE_MORE && statement.text.p >= held.p);
        size_t at = (size_t)(statement.text.p - held.p);
        expect(at + statement.text.n <= held.n);
        expect(statement.text_line == lines_before(held, statement.text.p) ||
               statement.text.n == 0);
        expect(statement.line >= statement.text_line);
        if (piece == RP_PIECE_COMMAND)
            continue;
        expect(at >= passed && statement.text.n > 0);
        passed = at + statement.text.n;
    }
    rp_splitter_release(&splitter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t sizes[] = {1, 2, 5};
    struct rp_buf whole = {.max = MAX};

    if (size == 0)
        return 0;
    struct rp_span script = {(const char *)data + 1, size - 1};
    split(data[0], script, MAX, &whole);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct rp_buf parts = {.max = MAX};

        split(data[0], script, sizes[i], &parts);
        expect(rp_span_eq(rp_buf_span(&whole), rp_buf_span(&parts)));
        rp_buf_release(&parts);
    }
    check_places(data[0], script);
    rp_buf_release(&whole);
    return 0;
}
