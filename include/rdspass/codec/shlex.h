/*
 * Words of a command line, split as Python's shlex.split does (POSIX rules),
 * which is what the AWS CLI does with credential_process: quotes and
 * backslashes work; variables, globs, pipes and comments do not. And the way
 * back, for commands that are shown.
 */
#ifndef RP_CODEC_SHLEX_H
#define RP_CODEC_SHLEX_H

#include "rdspass/base/buf.h"

/*
 * Adds each word with a NUL behind it, and counts them. NULL where that works,
 * else what is wrong with the text: "a quote does not end".
 */
const char *rp_shlex_split(struct rp_span text, struct rp_buf *out_words, size_t *out_count);

/* Adds `word` as one word of a shell, in quotes where it needs them. */
void rp_shlex_quote(struct rp_buf *out, const char *word);

#endif
