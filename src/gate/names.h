/*
 * The aliases behind a name: the CNAME records that DNS leads through from it. A
 * question over UDP to the servers of resolv.conf, from the loop. Nobody vouches
 * for the answer, and nothing but words for a person comes of it.
 */
#ifndef RP_GATE_NAMES_H
#define RP_GATE_NAMES_H

#include "address.h"
#include "loop.h"

enum { RP_NAMES_MAX = 8, RP_NAMES_SERVERS_MAX = 3, RP_NAMES_LIMIT_MS = 2000 };

/* Host names in lower case, in the order of the chain. */
struct rp_names {
    char list[RP_NAMES_MAX][RP_HOST_MAX + 1];
    size_t count;
};

/* --- asking -------------------------------------------------------------------- */

/* A question. Embedded; starts as {0}. */
struct rp_names_query {
    struct rp_loop *loop; /* NULL where nothing is under way */
    const char *host;
    struct rp_addresses servers; /* RP_NAMES_SERVERS_MAX at most */
    size_t tries;                /* so many have been made */
    uint16_t id;                 /* of the one that is under way */
    struct rp_watch watch;
    struct rp_timer timer;
    void (*done)(void *self, const struct rp_names *names);
    void *self;
};

/*
 * Asks for the aliases behind `host`, which is borrowed: one server after the
 * other, one at least twice, within RP_NAMES_LIMIT_MS. `done` comes once, from
 * the loop; where nobody knows, or the host is no name, there are none.
 */
void rp_names_ask(struct rp_names_query *query, struct rp_loop *loop, const char *host,
                  const struct rp_addresses *servers,
                  void (*done)(void *self, const struct rp_names *names), void *self);
/* Ends it, `done` does not come; harmless when nothing is under way. */
void rp_names_forget(struct rp_names_query *query);

/* --- names_message.c ------------------------------------------------------------- */

enum { RP_NAMES_QUESTION_MAX = 12 + RP_HOST_MAX + 2 + 4, RP_NAMES_ANSWER_MAX = 4096 };

/* Writes the question; gives its length, or 0 where `host` is no name in DNS. */
size_t rp_names_question(uint16_t id, const char *host, char out[RP_NAMES_QUESTION_MAX]);

enum rp_names_answer {
    RP_NAMES_ANSWERED, /* `names` is the chain; it may be empty, or end in a name that is none */
    RP_NAMES_DECLINED, /* the server cannot or will not say */
    RP_NAMES_FOREIGN,  /* malformed, or no answer to this question: of whomever */
};
enum rp_names_answer rp_names_read(struct rp_span bytes, uint16_t id, const char *host,
                                   struct rp_names *out);

/* --- names_servers.c -------------------------------------------------------------- */

/* The servers that a resolv.conf names; that of this host where it names none. */
void rp_names_read_servers(struct rp_span text, struct rp_addresses *out);
/* Those of /etc/resolv.conf. A test build takes RP_TEST_DNS, "127.0.0.1:PORT", in their place. */
void rp_names_find_servers(struct rp_addresses *out);

#endif
