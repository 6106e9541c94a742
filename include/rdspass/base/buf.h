/*
 * A growing buffer that has a maximum and wipes what it held.
 *
 * Every buffer is treated as if it held a secret: growth copies into new memory
 * and wipes the old, release wipes all. Failure is sticky: append as much as
 * you like and ask once, with rp_buf_check.
 */
#ifndef RP_BASE_BUF_H
#define RP_BASE_BUF_H

#include "rdspass/base/span.h"
#include "rdspass/base/status.h"

enum rp_buf_state { RP_BUF_FINE, RP_BUF_TOO_LONG, RP_BUF_NO_MEMORY };

struct rp_buf {
    char *data; /* NUL-terminated whenever it is not NULL */
    size_t len;
    size_t cap;
    size_t max;
    enum rp_buf_state state;
};

/* Starts an empty buffer of at most `max` bytes. Allocates nothing yet. */
void rp_buf_init(struct rp_buf *buf, size_t max);

/* Wipes and frees; the buffer is then empty and can be used again. NULL-safe fields. */
void rp_buf_release(struct rp_buf *buf);

/* Declares a buffer that is released when its scope ends. */
#define RP_BUF_AUTO __attribute__((cleanup(rp_buf_release)))

/*
 * Wipes what is held and starts over, with the memory and the maximum kept.
 * Where memory ran out, that stays: something was made of a part.
 */
void rp_buf_clear(struct rp_buf *buf);

/* Takes the first `n` bytes away, for a reader of a stream; what moves up is wiped behind it. */
void rp_buf_drop(struct rp_buf *buf, size_t n);

void rp_buf_add(struct rp_buf *buf, struct rp_span bytes);
void rp_buf_add_str(struct rp_buf *buf, const char *str);
void rp_buf_add_char(struct rp_buf *buf, char c);
/* At most 512 bytes a call; for numbers and short names, never for secrets. */
void rp_buf_addf(struct rp_buf *buf, const char *fmt, ...) RP_PRINTF(2, 3);

/*
 * Makes room for `n` bytes more and gives their place, for read(2) and the
 * like; rp_buf_added then says how many came. NULL where there is no room.
 */
char *rp_buf_room(struct rp_buf *buf, size_t n);
void rp_buf_added(struct rp_buf *buf, size_t n);

/* What is held, borrowed until the buffer changes. The string is never NULL. */
struct rp_span rp_buf_span(const struct rp_buf *buf);
const char *rp_buf_str(const struct rp_buf *buf);

/*
 * Says whether all that was added is there. A buffer that ran over its maximum
 * fails with `kind` and "`what` is longer than N bytes"; one without memory is
 * RP_KIND_INTERNAL.
 */
rp_status rp_buf_check(const struct rp_buf *buf, enum rp_kind kind, const char *what,
                       struct rp_error *err) RP_MUST_USE;

#endif
