/* The database engines whose protocols are spoken: MySQL's (MariaDB's too) and PostgreSQL's. */
#ifndef RP_RDS_ENGINE_H
#define RP_RDS_ENGINE_H

#include "rdspass/base/span.h"

enum rp_engine { RP_ENGINE_UNKNOWN, RP_ENGINE_MYSQL, RP_ENGINE_POSTGRES };

/* "mysql", "postgres"; "unknown". */
const char *rp_engine_name(enum rp_engine engine);

/* Also "mariadb", "aurora-mysql", "postgresql", "aurora-postgresql", "dsql"; any case. */
bool rp_engine_parse(struct rp_span name, enum rp_engine *out);

/* 3306, 5432; 0 for the unknown one. */
uint16_t rp_engine_port(enum rp_engine engine);

/* The engine that uses the port by default, else unknown. */
enum rp_engine rp_engine_of_port(uint16_t port);

#endif
