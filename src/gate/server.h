/* What all sessions of a gate share. */
#ifndef RP_GATE_SERVER_H
#define RP_GATE_SERVER_H

#include "resolve.h"
#include "signer.h"
#include "tls.h"

struct rp_session;

struct rp_server {
    struct rp_loop loop;
    struct rp_gate_order order;
    struct rp_tls_context *tls;
    struct rp_resolver
        *resolver; /* of what is dialled: the endpoint, or `via`; NULL for a socket */
    struct rp_signer signer;
    struct rp_session *sessions; /* all, in login and in use */
    size_t session_count;
    /*
     * While a session is in use, further logins and their cancel requests go to
     * its address: a reader endpoint's name leads elsewhere each time. Unless that
     * one answers no more, or only reads under a writer's name: then they go where
     * the name leads now.
     */
    size_t in_use;
    struct rp_address pinned;
    bool pinned_lost;
    bool knocked; /* the silence of a server has been looked into (knock.h): once is enough */
};

#endif
