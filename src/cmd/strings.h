/* Lists of strings for exec: arguments and environments, grown one by one. */
#ifndef RP_CMD_STRINGS_H
#define RP_CMD_STRINGS_H

#include "rdspass/base/buf.h"

enum { RP_STRINGS_MAX = 4 * 1024 * 1024 }; /* bytes; twice what the kernel takes by default */

/* Starts by rp_strings_init. */
struct rp_strings {
    struct rp_buf text; /* each ended by NUL */
    size_t count;
    const char **list;
};

void rp_strings_init(struct rp_strings *strings);
void rp_strings_release(struct rp_strings *strings);
#define RP_STRINGS_AUTO __attribute__((cleanup(rp_strings_release)))

void rp_strings_add(struct rp_strings *strings, const char *string);
/* In the place of the last call, piece by piece: pieces go to `text`, then it is ended. */
void rp_strings_end(struct rp_strings *strings);

/*
 * All of them, ended by NULL, as exec takes them; valid until the next change.
 * RP_KIND_USAGE: too long; RP_KIND_INTERNAL: no memory.
 */
rp_status rp_strings_list(struct rp_strings *strings, const char *const **out,
                          struct rp_error *err) RP_MUST_USE;

#endif
