/* Causes: the first row that fits what was seen. */
#include "rdspass/rds/causes.h"

#include <errno.h>
#include <string.h>

#include "causes_line.h"

/* What is specific stands before what is general; the last row fits always. */
static const struct rp_cause_part *const parts[] = {
    &rp_causes_target,  &rp_causes_identity, &rp_causes_clock,     &rp_causes_token,
    &rp_causes_session, &rp_causes_network,  &rp_causes_greeting,  &rp_causes_tls,
    &rp_causes_login,   &rp_causes_clients,  &rp_causes_mysql,     &rp_causes_proxy,
    &rp_causes_dsql,    &rp_causes_postgres, &rp_causes_statement, &rp_causes_rest,
};

bool rp_cause_has_via(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)seen;
    return target->via[0] != '\0';
}

bool rp_cause_no_token(const struct rp_observation *seen, const struct rp_cause_target *target)
{
    (void)target;
    return seen->no_token;
}

/* What was seen, where an errno says the same in other words. */
static enum rp_seen what(const struct rp_observation *seen)
{
    if (seen->seen != RP_SEEN_NOTHING)
        return seen->seen;
    if (seen->sys == ETIMEDOUT)
        return RP_SEEN_TIMEOUT;
    if (seen->sys == ECONNRESET || seen->sys == ECONNABORTED || seen->sys == EPIPE)
        return RP_SEEN_CLOSED;
    return RP_SEEN_NOTHING;
}

static bool in_set(unsigned set, unsigned value)
{
    return set == 0 || (set & RP_ONE_OF(value)) != 0;
}

#define IN_LIST(list, value) in_list_of(list, sizeof(list) / sizeof((list)[0]), value)

static bool in_list_of(const int16_t *list, size_t size, int value)
{
    for (size_t i = 0; i < size && list[i] != 0; i++)
        if (list[i] == value)
            return true;
    return list[0] == 0;
}

/* In any case of letters, as servers and OpenSSL vary theirs. */
static bool has_part(const char *text, const char *part)
{
    return part == NULL || strcasestr(text, part) != NULL;
}

static bool has_any(const char *text, const char *const any[4])
{
    for (size_t i = 0; i < 4 && any[i] != NULL; i++)
        if (has_part(text, any[i]))
            return true;
    return any[0] == NULL;
}

static bool is_of(const struct rp_cause_row *row, const struct rp_cause_target *target)
{
    return in_set(row->endpoints, rp_cause_kind(target)) &&
           (row->engine == RP_ENGINE_UNKNOWN || row->engine == target->engine);
}

/* What an error of ours, or a judge of tokens, says. */
static bool says_so(const struct rp_cause_row *row, const struct rp_observation *seen)
{
    return in_set(row->failed, seen->failed) &&
           (row->finding == NULL || rp_span_is_word_of(rp_span(seen->finding), row->finding)) &&
           has_any(seen->text, row->text) && has_part(seen->tls, row->tls);
}

static bool fits(const struct rp_cause_row *row, const struct rp_observation *seen,
                 const struct rp_cause_target *target)
{
    size_t state = strlen(row->sqlstate);

    return in_set(row->stages, seen->stage) && in_set(row->seen, what(seen)) &&
           is_of(row, target) && IN_LIST(row->sys, seen->sys) &&
           IN_LIST(row->resolver, seen->resolver) && IN_LIST(row->verify, (int)seen->verify) &&
           IN_LIST(row->mysql, seen->mysql_code) &&
           (state == 0 || strncmp(row->sqlstate, seen->sqlstate, state) == 0) &&
           says_so(row, seen) && (row->when == NULL || row->when(seen, target));
}

static const struct rp_cause_row *row_at(size_t index)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (index < parts[i]->count)
            return &parts[i]->rows[index];
        index -= parts[i]->count;
    }
    return NULL;
}

static const struct rp_cause_row *find_row(const struct rp_observation *seen,
                                           const struct rp_cause_target *target)
{
    const struct rp_cause_row *row;

    for (size_t i = 0; (row = row_at(i)) != NULL; i++)
        if (fits(row, seen, target))
            return row;
    return rp_causes_rest.rows;
}

const struct rp_cause *rp_cause_at(size_t index)
{
    const struct rp_cause_row *row = row_at(index);
    return row == NULL ? NULL : &row->cause;
}

static const struct rp_cause_row *row_named(const char *name)
{
    const struct rp_cause_row *row;

    for (size_t i = 0; (row = row_at(i)) != NULL; i++)
        if (strcmp(row->cause.name, name) == 0)
            return row;
    return NULL;
}

const struct rp_cause *rp_cause_named(const char *name)
{
    const struct rp_cause_row *row = row_named(name);
    return row == NULL ? NULL : &row->cause;
}

bool rp_cause_is_whole(const struct rp_cause *cause)
{
    const struct rp_cause_row *row = row_named(cause->name);
    return row != NULL && row->advice_is_whole;
}

bool rp_cause_hint_is_command(const struct rp_cause *cause)
{
    const struct rp_cause_row *row = row_named(cause->name);
    return row != NULL && row->hint_is_command;
}

/* What is said where a row has no better advice in a line. */
static const char ask_doctor[] = "`rdspass doctor` with the same target tells more";

static bool is_connected(enum rp_stage stage)
{
    return stage <= RP_STAGE_LOGIN;
}

/* An error of ours keeps its kind, and so the exit code that other commands have for it. */
static enum rp_kind kind_of(const struct rp_cause_row *row, const struct rp_observation *seen)
{
    return seen->failed == RP_KIND_NONE ? row->cause.kind : seen->failed;
}

const struct rp_cause *rp_cause_find(const struct rp_observation *seen,
                                     const struct rp_cause_target *target, struct rp_error *err)
{
    const struct rp_cause_row *row = find_row(seen, target);

    *err = (struct rp_error){.kind = kind_of(row, seen), .sys = seen->sys};
    rp_cause_fill(err->msg, row->msg, seen, target);
    if (row->hint != NULL || is_connected(seen->stage))
        rp_cause_fill(err->hint, row->hint == NULL ? ask_doctor : row->hint, seen, target);
    return &row->cause;
}
