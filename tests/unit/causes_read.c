/* Unit test of src/rds/causes_read.c: what clients print, and the cause that it leads to. */
#include "rdspass/rds/causes.h"

#include "tap.h"

static const char *cause_of(const char *message, enum rp_engine *engine)
{
    struct rp_cause_target target = {
        .user = "", .database = "", .via = "", .region = "", .engine = RP_ENGINE_UNKNOWN};
    struct rp_observation seen;
    struct rp_error err = {0};

    *engine = RP_ENGINE_UNKNOWN;
    rp_cause_read(message, &seen, engine);
    target.engine = *engine;
    return rp_cause_find(&seen, &target, &err)->name;
}

static void test_users(void)
{
    static const struct {
        const char *message;
        const char *user;
    } cases[] = {
        {"Access denied for user 'app'@'10.0.0.1' (using password: YES)", "app"},
        {"Access denied for user 'o'Brien'@'h'", "o'Brien"},
        {"User 'app' has exceeded the 'max_user_connections' resource", "app"},
        {"FATAL:  PAM authentication failed for user \"a b\"", "a b"},
        {"FATAL:  role \"app\" does not exist", "app"},
        {"Access denied for user ''@'h'", "before"},
        {"Access denied for user 'app", "before"},
        {"for user \"a\nb\"", "before"},
        {"for user \"\xff\"", "before"},
        {"for user \"12345678\"", "before"},
        {"for user \"1234567\"", "1234567"},
        {"", "before"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char user[8] = "before";
        rp_cause_read_user(cases[i].message, user, sizeof(user));
        IS_STR(user, cases[i].user, cases[i].message);
    }
}

int main(void)
{
    enum { NONE = RP_ENGINE_UNKNOWN, MY = RP_ENGINE_MYSQL, PG = RP_ENGINE_POSTGRES };
    static const struct {
        const char *message;
        int engine;
        const char *cause;
    } cases[] = {
        {"ERROR 1045 (28000): Access denied for user 'app'@'10.0.3.9' (using password: YES)", MY,
         "mysql-token-refused"},
        {"ERROR 1045 (28000): Access denied for user 'app'@'10.0.3.9' (using password: NO)", MY,
         "client-no-token"},
        {"pymysql.err.OperationalError: (1045, \"Access denied for user 'app'@'h' (using password: "
         "YES)\")",
         MY, "mysql-token-refused"},
        {"SQLSTATE[HY000] [1524] Plugin 'AWSAuthenticationPlugin' is not loaded", MY,
         "mysql-plugin-missing"},
        {"Error Code: 1049. Unknown database 'shop'", MY, "mysql-no-database"},
        {"ERROR 2059 (HY000): Authentication plugin 'mysql_clear_password' cannot be loaded: plugin "
         "not enabled",
         MY, "client-plugin"},
        {"ERROR 2003 (HY000): Can't connect to MySQL server on 'db.x.eu-west-1.rds.amazonaws.com:3306' "
         "(110)",
         MY, "client-connect"},
        {"ERROR 2005 (HY000): Unknown MySQL server host 'db.x' (-2)", MY, "name-unknown"},
        {"ERROR 2026 (HY000): SSL connection error: error:1416F086:SSL routines:"
         "tls_process_server_certificate:certificate verify failed",
         MY, "tls-untrusted"},
        {"ERROR 2013 (HY000): Lost connection to MySQL server at 'reading authorization packet', system "
         "error: 0",
         MY, "client-lost-authorization"},
        {"psql: error: connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL:  PAM "
         "authentication failed for user \"app\"",
         PG, "postgres-token-refused"},
        {"org.postgresql.util.PSQLException: FATAL: password authentication failed for user \"app\"",
         PG, "postgres-not-iam"},
        {"FATAL:  no pg_hba.conf entry for host \"1.2.3.4\", user \"app\", database \"shop\", no "
         "encryption",
         PG, "postgres-hba-plain"},
        {"could not translate host name \"db.x\" to address: Name or service not known", NONE,
         "name-unknown"},
        {"connection to server at \"h\" (10.0.0.1), port 3306 failed: Connection refused", NONE,
         "refused"},
        {"connect ETIMEDOUT 203.0.113.7:5432", NONE, "timeout-public"},
        {"psql: error: server certificate for \"h\" (and 2 other names) does not match host name "
         "\"127.0.0.1\"",
         PG, "tls-wrong-name"},
        {"javax.net.ssl.SSLHandshakeException: PKIX path building failed", NONE, "tls-untrusted"},
        {"tls: failed to verify certificate: x509: certificate is valid for a, not b", NONE,
         "tls-wrong-name"},
        {"org.postgresql.util.PSQLException: The server does not support SSL.", PG, "no-tls"},
        {"FATAL:  This RDS Proxy has no credentials for the role app. SQLState: 28000", PG,
         "proxy-no-credentials"},
        {"psql: error: FATAL:  role \"app\" does not exist", PG, "postgres-no-role"},
        {"FATAL:  database \"shop\" does not exist", PG, "postgres-no-database"},
        {"FATAL:  sorry, too many clients already", PG, "postgres-too-many"},
        {"FATAL:  the database system is starting up", PG, "postgres-not-ready"},
        {"", NONE, "unknown"},
        {"(", NONE, "unknown"},
        {"SQLSTATE", NONE, "unknown"},
        {"port 5432, host:3306 [", NONE, "unknown"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        enum rp_engine engine;
        IS_STR(cause_of(cases[i].message, &engine), cases[i].cause, cases[i].message);
        IS_INT((int)engine, cases[i].engine, "  its engine");
    }
    test_users();
    return tap_done();
}
