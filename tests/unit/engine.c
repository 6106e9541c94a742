/* Unit test of src/rds/engine.c: names and ports. */
#include "rdspass/rds/engine.h"

#include "tap.h"

static void check_name(const char *name, enum rp_engine want)
{
    enum rp_engine got = RP_ENGINE_UNKNOWN;

    OK(rp_engine_parse(rp_span(name), &got), "%s is an engine", name);
    IS_INT(got, want, name);
}

int main(void)
{
    enum rp_engine engine = RP_ENGINE_MYSQL;

    check_name("mysql", RP_ENGINE_MYSQL);
    check_name("MySQL", RP_ENGINE_MYSQL);
    check_name("mariadb", RP_ENGINE_MYSQL);
    check_name("aurora-mysql", RP_ENGINE_MYSQL);
    check_name("postgres", RP_ENGINE_POSTGRES);
    check_name("PostgreSQL", RP_ENGINE_POSTGRES);
    check_name("aurora-postgresql", RP_ENGINE_POSTGRES);
    check_name("dsql", RP_ENGINE_POSTGRES);
    OK(!rp_engine_parse(RP_SPAN("oracle"), &engine), "oracle is none");
    OK(!rp_engine_parse(RP_SPAN(""), &engine), "the empty name is none");
    OK(!rp_engine_parse(RP_SPAN("mysql "), &engine), "a blank makes it none");
    IS_INT(engine, RP_ENGINE_MYSQL, "a failure leaves the result alone");

    IS_STR(rp_engine_name(RP_ENGINE_MYSQL), "mysql", "name of mysql");
    IS_STR(rp_engine_name(RP_ENGINE_POSTGRES), "postgres", "name of postgres");
    IS_STR(rp_engine_name(RP_ENGINE_UNKNOWN), "unknown", "name of the unknown one");

    IS_INT(rp_engine_port(RP_ENGINE_MYSQL), 3306, "port of mysql");
    IS_INT(rp_engine_port(RP_ENGINE_POSTGRES), 5432, "port of postgres");
    IS_INT(rp_engine_port(RP_ENGINE_UNKNOWN), 0, "port of the unknown one");
    IS_INT(rp_engine_of_port(3306), RP_ENGINE_MYSQL, "engine of 3306");
    IS_INT(rp_engine_of_port(5432), RP_ENGINE_POSTGRES, "engine of 5432");
    IS_INT(rp_engine_of_port(0), RP_ENGINE_UNKNOWN, "engine of no port");
    IS_INT(rp_engine_of_port(5433), RP_ENGINE_UNKNOWN, "engine of another port");
    return tap_done();
}
