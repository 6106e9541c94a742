/* Commands of psql and mysql in scripts: those of dumps, and the refusal of others. */
#include "client/script_command.h"

#include "tap.h"

static struct rp_client_order order = {
    .engine = RP_ENGINE_POSTGRES, .user = "u", .database = "shop"};

static void goes(const char *command, struct rp_script_guard *guard, enum rp_script_action want)
{
    enum rp_script_action action = RP_SCRIPT_GO_ON;
    struct rp_error err = {0};

    WORKS(rp_script_command(&order, rp_span(command), guard, &action, &err), err, command);
    IS_INT(action, want, command);
}

static void refused(const char *command, struct rp_script_guard *guard, const char *why)
{
    enum rp_script_action action = RP_SCRIPT_GO_ON;
    struct rp_error err = {0};

    FAILS(rp_script_command(&order, rp_span(command), guard, &action, &err), RP_KIND_SQL, err,
          command);
    IS_STR(err.msg, why, "why");
    IS_INT(action, RP_SCRIPT_GO_ON, "nothing is to be done");
}

static void test_connect(void)
{
    struct rp_script_guard guard = {0};
    static const char *const same[] = {
        "connect shop",
        "c shop",
        "connect",
        "c -",
        "connect \"shop\"",
        "connect 'shop'",
        "connect -reuse-previous=on \"dbname='shop'\"",
        "connect -reuse-previous=on shop\r",
        "connect  \t shop  ",
    };
    static const char *const more[] = {
        "connect shop other",
        "connect shop - host 5432",
        "connect \"shop",
        "connect postgres://u@h/shop=1",
        "connect \"dbname='shop' host='h'\"",
        "connect \"dbname='shop\"",
        "connect host=h",
    };

    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        goes(same[i], &guard, RP_SCRIPT_RECONNECT);
    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
        refused(more[i], &guard, "\\connect with more than the name of a database");
    refused("connect other", &guard, "\\connect to database other, but this session is with shop");
    refused("c SHOP", &guard, "\\connect to database SHOP, but this session is with shop");
    refused("connect shopping", &guard,
            "\\connect to database shopping, but this session is with shop");
}

static void set_database(const char *name)
{
    (void)snprintf(order.database, sizeof(order.database), "%s", name);
}

static void test_odd_names(void)
{
    struct rp_script_guard guard = {0};

    set_database("it's \\ \"odd\"");
    goes("connect -reuse-previous=on \"dbname='it\\'s \\\\ \"\"odd\"\"'\"", &guard,
         RP_SCRIPT_RECONNECT);
    refused("connect -reuse-previous=on \"dbname='it''s'\"", &guard,
            "\\connect with more than the name of a database");
    set_database("");
    goes("connect u", &guard, RP_SCRIPT_RECONNECT);
    refused("connect shop", &guard, "\\connect to database shop, but this session is with u");
    set_database("shop");
}

static void test_restrict(void)
{
    struct rp_script_guard guard = {0};

    refused("unrestrict aB3", &guard, "\\unrestrict without \\restrict");
    refused("restrict", &guard, "\\restrict without a usable key");
    refused("restrict a;b", &guard, "\\restrict: a key has letters and digits only");
    goes("restrict aB3", &guard, RP_SCRIPT_GO_ON);
    refused("connect shop", &guard, "\\connect between \\restrict and \\unrestrict");
    refused("restrict aB3", &guard, "\\restrict between \\restrict and \\unrestrict");
    refused("! id", &guard, "\\! between \\restrict and \\unrestrict");
    refused("unrestrict ab3", &guard, "\\unrestrict: not the key of \\restrict");
    refused("unrestrict", &guard, "\\unrestrict: not the key of \\restrict");
    goes("unrestrict aB3", &guard, RP_SCRIPT_GO_ON);
    goes("connect shop", &guard, RP_SCRIPT_RECONNECT);
    goes("restrict Other1", &guard, RP_SCRIPT_GO_ON);
    goes("unrestrict Other1\r", &guard, RP_SCRIPT_GO_ON);
}

static void test_long_key(void)
{
    RP_BUF_AUTO struct rp_buf command = {.max = 1024};
    struct rp_script_guard guard = {0};

    rp_buf_add_str(&command, "restrict ");
    while (command.len < strlen("restrict ") + sizeof(guard.key) - 1)
        rp_buf_add_char(&command, 'k');
    goes(rp_buf_str(&command), &guard, RP_SCRIPT_GO_ON);
    guard.key[0] = '\0';
    rp_buf_add_char(&command, 'k');
    refused(rp_buf_str(&command), &guard, "\\restrict without a usable key");
}

static void test_others(void)
{
    struct rp_script_guard guard = {0};

    refused("set x 1", &guard, "\\set is a command of psql, not SQL");
    refused("!", &guard, "\\! is a command of psql, not SQL");
    refused("", &guard, "\\ is a command of psql, not SQL");
    order.engine = RP_ENGINE_MYSQL;
    refused("source x.sql", &guard, "source is a command of mysql, not SQL");
    refused(". x.sql", &guard, "\\. is a command of mysql, not SQL");
    refused("connect shop", &guard, "connect is a command of mysql, not SQL");
    refused("DELIMITER \\", &guard, "DELIMITER without a usable delimiter");
    order.engine = RP_ENGINE_POSTGRES;
}

int main(void)
{
    test_connect();
    test_odd_names();
    test_restrict();
    test_long_key();
    test_others();
    return tap_done();
}
