/* The survey: names and addresses first, then all addresses at once. */
#include "survey.h"

#include <errno.h>
#include <netdb.h>

#include "dial.h"
#include "rdspass/base/deadline.h"
#include "tell.h"

/* The way to one address. */
struct reach {
    struct rp_survey *survey;
    struct rp_address address;
    struct rp_dial dial;
    bool told;
};

struct rp_survey {
    struct rp_server *server;
    int64_t began;
    struct rp_timer deadline; /* of the names and addresses, then of the dials */
    struct rp_lookup lookup;
    struct rp_names_query query;
    struct rp_addresses addresses;
    struct rp_names names;
    int failure;    /* EAI_... */
    size_t pending; /* what is asked and not answered yet */
    struct reach reaches[RP_ADDRESSES_MAX];
    size_t left; /* of those */
};

static void start_deadline(struct rp_survey *survey)
{
    rp_timer_set(&survey->server->loop, &survey->deadline,
                 (int64_t)survey->server->order.connect_timeout * 1000);
}

/* --- addresses ----------------------------------------------------------------- */

static void tell_reach(struct reach *reach, const struct rp_address *from, int sys)
{
    struct rp_survey *survey = reach->survey;

    reach->told = true;
    survey->left--;
    rp_tell_address(survey->server, survey->began, &reach->address, from, sys);
    if (survey->left > 0)
        return;
    rp_timer_clear(&survey->server->loop, &survey->deadline);
    rp_tell_surveyed(survey->server, survey->began);
}

/* Our own end tells which way it went. One of a unix socket has no name. */
static void reached(void *self, int fd, const struct rp_address *address, int sys)
{
    struct reach *reach = self;
    struct rp_address from = {.n = sizeof(from.sa)};

    (void)address;
    bool known = fd >= 0 && reach->address.sa.ss_family != AF_UNIX &&
                 getsockname(fd, (struct sockaddr *)&from.sa, &from.n) == 0;
    if (fd >= 0)
        (void)close(fd);
    tell_reach(reach, known ? &from : NULL, fd >= 0 ? 0 : sys);
}

static void dial_all(struct rp_survey *survey)
{
    survey->left = survey->addresses.count;
    start_deadline(survey);
    for (size_t i = 0; i < survey->left; i++) {
        struct reach *reach = &survey->reaches[i];
        struct rp_addresses one = {.list = {survey->addresses.list[i]}, .count = 1};
        reach->survey = survey;
        reach->address = one.list[0];
        rp_dial_start(&reach->dial, &survey->server->loop, &one, reached, reach);
    }
}

static void give_up_dials(struct rp_survey *survey)
{
    for (size_t i = 0; i < survey->addresses.count; i++) {
        struct reach *reach = &survey->reaches[i];
        rp_dial_stop(&reach->dial);
        if (!reach->told)
            tell_reach(reach, NULL, ETIMEDOUT);
    }
}

/* --- names ----------------------------------------------------------------------- */

static void names_are_known(struct rp_survey *survey)
{
    rp_timer_clear(&survey->server->loop, &survey->deadline);
    rp_tell_names(survey->server, survey->began, &survey->names, &survey->addresses,
                  survey->failure);
    if (survey->addresses.count > 0)
        dial_all(survey);
    else
        rp_tell_surveyed(survey->server, survey->began);
}

static void one_is_answered(struct rp_survey *survey)
{
    if (--survey->pending == 0)
        names_are_known(survey);
}

static void resolved(void *self, int failure, const struct rp_addresses *addresses)
{
    struct rp_survey *survey = self;

    survey->failure = failure;
    if (failure == 0)
        survey->addresses = *addresses;
    one_is_answered(survey);
}

static void named(void *self, const struct rp_names *names)
{
    struct rp_survey *survey = self;

    survey->names = *names;
    one_is_answered(survey);
}

/* What has not been answered by now is not waited for any more. */
static void give_up_names(struct rp_survey *survey)
{
    if (survey->lookup.waiting) {
        rp_resolver_forget(survey->server->resolver, &survey->lookup);
        survey->failure = EAI_AGAIN;
    }
    rp_names_forget(&survey->query);
    survey->pending = 0;
    names_are_known(survey);
}

static void time_is_over(void *self)
{
    struct rp_survey *survey = self;

    if (survey->pending > 0)
        give_up_names(survey);
    else
        give_up_dials(survey);
}

/* --- the whole -------------------------------------------------------------------- */

static void ask(struct rp_survey *survey, const struct rp_addresses *dns)
{
    const struct rp_gate_order *order = &survey->server->order;
    const char *host = order->via.is_set ? order->via.host : order->endpoint.host;

    survey->pending = 2;
    survey->lookup = (struct rp_lookup){.done = resolved, .self = survey};
    rp_resolver_ask(survey->server->resolver, &survey->lookup);
    rp_names_ask(&survey->query, &survey->server->loop, host, dns, named, survey);
    start_deadline(survey);
}

rp_status rp_survey_start(struct rp_server *server, const struct rp_addresses *dns,
                          struct rp_survey **out, struct rp_error *err)
{
    struct rp_survey *survey = calloc(1, sizeof(*survey));

    if (survey == NULL)
        return rp_fail_memory(err);
    *survey = (struct rp_survey){.server = server, .began = rp_deadline_in(0)};
    survey->deadline = (struct rp_timer){.due = time_is_over, .self = survey};
    *out = survey;
    if (server->resolver != NULL) {
        ask(survey, dns);
        return RP_OK;
    }
    survey->addresses.list[0] = rp_address_of_socket(server->order.via.socket);
    survey->addresses.count = 1;
    names_are_known(survey);
    return RP_OK;
}

void rp_survey_free(struct rp_survey *survey)
{
    if (survey == NULL)
        return;
    if (survey->server->resolver != NULL)
        rp_resolver_forget(survey->server->resolver, &survey->lookup);
    rp_names_forget(&survey->query);
    for (size_t i = 0; i < survey->addresses.count; i++)
        rp_dial_stop(&survey->reaches[i].dial);
    rp_timer_clear(&survey->server->loop, &survey->deadline);
    free(survey);
}
