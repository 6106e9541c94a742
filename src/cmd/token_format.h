/* The forms in which a token is printed, each for some other program. */
#ifndef RP_CMD_TOKEN_FORMAT_H
#define RP_CMD_TOKEN_FORMAT_H

#include "login.h"

#define RP_TOKEN_FORMATS "raw json export env pgpass mycnf url jdbc"

/* What is to be printed. Borrowed. */
struct rp_token_form {
    const struct rp_login *login;
    const struct rp_token *token;
    const char *client; /* mycnf: "mariadb" or "mysql" reads it; NULL: either may */
    bool newline;       /* raw: ends in a newline */
};

struct rp_token_format {
    const char *name;
    bool needs_engine;
    /* RP_KIND_USAGE or RP_KIND_CONFIG where the form cannot carry the login. */
    rp_status (*write)(const struct rp_token_form *form, struct rp_buf *out, struct rp_error *err);
    /*
     * Whether an existing file holds what this form wrote for the same host, port
     * and user and nothing else, so that it may be replaced. NULL: any file may.
     */
    bool (*owns)(struct rp_span existing, struct rp_span text);
};

/* NULL where there is none of the name. */
const struct rp_token_format *rp_token_format_find(const char *name);

/* For PostgreSQL's clients: src/cmd/token_postgres.c. For MySQL's: src/cmd/token_mysql.c. */
rp_status rp_token_write_variables(const struct rp_token_form *form, bool for_shell,
                                   struct rp_buf *out, struct rp_error *err) RP_MUST_USE;
rp_status rp_token_write_pgpass(const struct rp_token_form *form, struct rp_buf *out,
                                struct rp_error *err) RP_MUST_USE;
rp_status rp_token_write_postgres_url(const struct rp_token_form *form, struct rp_buf *out,
                                      struct rp_error *err) RP_MUST_USE;
rp_status rp_token_write_postgres_jdbc(const struct rp_token_form *form, struct rp_buf *out,
                                       struct rp_error *err) RP_MUST_USE;
rp_status rp_token_write_mycnf(const struct rp_token_form *form, struct rp_buf *out,
                               struct rp_error *err) RP_MUST_USE;
rp_status rp_token_write_mariadb_jdbc(const struct rp_token_form *form, struct rp_buf *out,
                                      struct rp_error *err) RP_MUST_USE;
/* RP_KIND_USAGE where a target has --via and the format's readers cannot follow it. */
rp_status rp_token_refuse_via(const struct rp_target *target, const char *format,
                              struct rp_error *err) RP_MUST_USE;
bool rp_token_owns_pgpass(struct rp_span existing, struct rp_span text);
bool rp_token_owns_mycnf(struct rp_span existing, struct rp_span text);

#endif
