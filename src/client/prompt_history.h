/*
 * The history of the prompt, a file of mode 0600: one statement a line, with \n and
 * \\ for what would not fit in one. Sessions at the same time add to it in turn.
 */
#ifndef RP_CLIENT_PROMPT_HISTORY_H
#define RP_CLIENT_PROMPT_HISTORY_H

#include "rdspass/base/buf.h"

enum { RP_HISTORY_ENTRIES = 1000, RP_HISTORY_ENTRY_MAX = 16 * 1024 };

/*
 * Gives the latest RP_HISTORY_ENTRIES, oldest first, and takes older ones out of the
 * file; makes it, and folders on the way to it (0700), where they are not there.
 * RP_KIND_OUTPUT, also where it is no regular file of the caller's.
 */
rp_status rp_history_load(const char *path, void (*give)(void *self, const char *entry), void *self,
                          struct rp_error *err) RP_MUST_USE;

/* Adds one, by a single write. */
rp_status rp_history_append(const char *path, struct rp_span entry,
                            struct rp_error *err) RP_MUST_USE;

/* False for what is too long, and for statements that may have a password in them. */
bool rp_history_keeps(struct rp_span entry);

#endif
