/* What the tests of advice share: a cause's pieces, as text. */
#ifndef CAUSES_ADVISED_H
#define CAUSES_ADVISED_H

#include "causes_examples.h"

enum { ADVICE_MAX = 16384 };

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* Adds the pieces of a cause, each with its kind: "shell: aws ...". */
static size_t advise(const struct rp_cause *cause, const struct rp_cause_target *target,
                     struct rp_buf *out)
{
    enum rp_advice_kind kind = RP_ADVICE_TEXT;
    size_t count = 0;

    rp_buf_clear(out);
    for (;; count++) {
        RP_BUF_AUTO struct rp_buf piece = {.max = ADVICE_MAX};

        if (!rp_cause_advise(cause, target, count, &kind, &piece))
            return count;
        rp_buf_addf(out, "%s: ", rp_advice_word(kind));
        rp_buf_add(out, rp_buf_span(&piece));
        rp_buf_add_char(out, '\n');
    }
}

static const char *advise_named(const char *name, const struct rp_cause_target *target,
                                struct rp_buf *out)
{
    const struct rp_cause *cause = rp_cause_named(name);

    OK(cause != NULL && advise(cause, target, out) > 0, "there is advice for %s", name);
    return rp_buf_str(out);
}

#endif
