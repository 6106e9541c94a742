/* The members of a message's header, for those who give messages a meaning. */
#ifndef RP_IPC_MEMBERS_H
#define RP_IPC_MEMBERS_H

#include "rdspass/ipc/message.h"

bool rp_members_type_is(const struct rp_message *message, const char *type);

/* Whether there are `count` beside version, type and length of the body. */
bool rp_members_count_is(const struct rp_message *message, size_t count);

/* A whole number from `min` to `max`. */
bool rp_members_number(const struct rp_json *from, const char *name, int64_t min, int64_t max,
                       int64_t *out);

/* A text, copied into `out` of `size` bytes; false where there is none or it does not fit. */
bool rp_members_text(const struct rp_json *from, const char *name, char *out, size_t size);

/* A failure as three members: kind, message and hint; a kind other than RP_KIND_NONE. */
enum { RP_MEMBERS_OF_FAILURE = 3 };
void rp_members_add_failure(struct rp_json *in, const struct rp_error *failure);
bool rp_members_failure(const struct rp_json *from, struct rp_error *out);

/* A text that was cut may end in the middle of a character, which JSON cannot hold. */
void rp_members_add_escaped(struct rp_json *in, const char *name, const char *text);

#endif
