/* A session of held variables and profiles, for the tests of src/aws/service*.c. */
#ifndef SERVICE_WORLD_H
#define SERVICE_WORLD_H

#include "aws/service.h"

#include "held_context.h"

struct world {
    struct held held;
    struct rp_session session;
};

static void set_up(struct world *world, const char *const *variables, const char *config)
{
    struct rp_error err = {0};

    held_init(&world->held, variables);
    world->session = (struct rp_session){.ctx = &world->held.ctx, .profile = "default"};
    WORKS(rp_profiles_parse(&world->held.ctx, rp_span(config), RP_SPAN(""),
                            &world->session.profiles, &err),
          err, "profiles");
}

static void tear_down(struct world *world)
{
    rp_session_release(&world->session);
    held_release(&world->held);
}

#endif
