/* Engines: their names and ports. */
#include "rdspass/rds/engine.h"

static const struct {
    const char *name;
    enum rp_engine engine;
} names[] = {
    {"mysql", RP_ENGINE_MYSQL},
    {"postgres", RP_ENGINE_POSTGRES},
    /* What RDS's API calls them, and what people do. */
    {"mariadb", RP_ENGINE_MYSQL},
    {"aurora-mysql", RP_ENGINE_MYSQL},
    {"postgresql", RP_ENGINE_POSTGRES},
    {"aurora-postgresql", RP_ENGINE_POSTGRES},
    {"dsql", RP_ENGINE_POSTGRES},
};

static const uint16_t ports[] = {
    [RP_ENGINE_UNKNOWN] = 0,
    [RP_ENGINE_MYSQL] = 3306,
    [RP_ENGINE_POSTGRES] = 5432,
};

const char *rp_engine_name(enum rp_engine engine)
{
    switch (engine) {
    case RP_ENGINE_MYSQL:
        return "mysql";
    case RP_ENGINE_POSTGRES:
        return "postgres";
    case RP_ENGINE_UNKNOWN:
        break;
    }
    return "unknown";
}

bool rp_engine_parse(struct rp_span name, enum rp_engine *out)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (rp_span_is_nocase(name, names[i].name)) {
            *out = names[i].engine;
            return true;
        }
    }
    return false;
}

uint16_t rp_engine_port(enum rp_engine engine)
{
    return ports[engine];
}

enum rp_engine rp_engine_of_port(uint16_t port)
{
    if (port == ports[RP_ENGINE_MYSQL])
        return RP_ENGINE_MYSQL;
    return port == ports[RP_ENGINE_POSTGRES] ? RP_ENGINE_POSTGRES : RP_ENGINE_UNKNOWN;
}
