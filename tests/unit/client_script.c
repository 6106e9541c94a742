/*
 * Scripts, with a stand-in for the database: what it is given is written down, and
 * words in capitals say what becomes of a statement.
 */
#include "client/script.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "tap.h"

/* --- the stand-ins ---------------------------------------------------------------- */

struct rp_database {
    int number; /* of the login */
    bool standard_strings;
};

static struct rp_database first = {.number = 1, .standard_strings = true};
static struct rp_database second = {.number = 2, .standard_strings = true};
static struct rp_buf journal = {.max = 1 << 20}; /* of all databases */
static int closed;                               /* the number of the last that was */

rp_status rp_database_open(const struct rp_client_order *order, struct rp_database **out,
                           struct rp_error *err)
{
    if (strcmp(order->user, "nobody") == 0)
        return rp_fail(err, RP_KIND_LOGIN, "not you");
    *out = &second;
    return RP_OK;
}

void rp_database_close(struct rp_database *database)
{
    closed = database->number;
}

static rp_status copy_in(const struct rp_statement_io *io, struct rp_error *err)
{
    struct rp_span data = {0};

    rp_buf_add_char(&journal, '<');
    do {
        RP_TRY(io->data(io->self, &data, err));
        rp_buf_add(&journal, data);
    } while (data.n > 0);
    rp_buf_add_char(&journal, '>');
    return RP_OK;
}

static bool says(struct rp_span sql, const char *word)
{
    return memmem(sql.p, sql.n, word, strlen(word)) != NULL;
}

rp_status rp_database_run(struct rp_database *database, struct rp_span sql,
                          const struct rp_statement_io *io, struct rp_sql_error *out_sql,
                          struct rp_error *err)
{
    *out_sql = (struct rp_sql_error){0};
    rp_buf_addf(&journal, "%d[", database->number);
    rp_buf_add(&journal, sql);
    rp_buf_add_char(&journal, ']');
    if (says(sql, "FAIL"))
        return rp_fail(err, RP_KIND_SQL, "ERROR 1: no");
    if (says(sql, "COPY nosuch"))
        return rp_fail(err, RP_KIND_SQL, "ERROR 2: no such table");
    if (says(sql, "SECOND")) {
        out_sql->line = 2;
        return rp_fail(err, RP_KIND_SQL, "ERROR 3: in the second line");
    }
    if (says(sql, "LOSE")) {
        out_sql->lost = true;
        return rp_fail(err, RP_KIND_NETWORK, "gone");
    }
    if (says(sql, "FULL"))
        return rp_fail(err, RP_KIND_OUTPUT, "cannot write results");
    if (says(sql, "OLD"))
        database->standard_strings = false;
    return says(sql, "COPY") ? copy_in(io, err) : RP_OK;
}

void rp_database_cancel(struct rp_database *database)
{
    (void)database;
}

void rp_database_abandon(struct rp_database *database)
{
    (void)database;
}

const char *rp_database_encoding(const struct rp_database *database)
{
    (void)database;
    return "UTF8";
}

bool rp_database_standard_strings(const struct rp_database *database)
{
    return database->standard_strings;
}

const struct rp_result_form *rp_result_form_find(const char *name)
{
    rp_buf_add_str(&journal, name);
    return NULL;
}

rp_status rp_result_flush(struct rp_result_writer *writer, struct rp_error *err)
{
    (void)writer;
    (void)err;
    return RP_OK;
}

/* --- running scripts ---------------------------------------------------------------- */

static struct rp_client_order order;
static struct rp_script_inputs inputs;
static struct rp_script script;

static void start(enum rp_engine engine)
{
    order = (struct rp_client_order){
        .engine = engine, .host = "demo.example", .user = "u", .database = "shop"};
    inputs = (struct rp_script_inputs){0};
    script = (struct rp_script){.order = &order, .database = &first};
    first.standard_strings = true;
    closed = 0;
    rp_buf_clear(&journal);
}

static int file_of(const char *text)
{
    int fd = memfd_create("script", MFD_CLOEXEC);

    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
        lseek(fd, 0, SEEK_SET) != 0)
        abort();
    return fd;
}

static void add_sql(const char *text)
{
    inputs.fds[inputs.count++] = -1;
    order.inputs[order.input_count++] = (struct rp_client_input){.text = text};
}

static void add_file(const char *name, const char *text)
{
    inputs.fds[inputs.count++] = file_of(text);
    order.inputs[order.input_count++] = (struct rp_client_input){.is_file = true, .text = name};
}

static void runs(const char *journal_wanted)
{
    struct rp_error err = {0};

    WORKS(rp_script_run(&script, &inputs, &err), err, journal_wanted);
    IS_STR(rp_buf_str(&journal), journal_wanted, "what was run");
}

static void fails(const char *journal_wanted, enum rp_kind kind, const char *why)
{
    struct rp_error err = {0};

    FAILS(rp_script_run(&script, &inputs, &err), kind, err, why);
    IS_STR(err.msg, why, "why");
    IS_STR(rp_buf_str(&journal), journal_wanted, "what was run");
}

static void test_order_of_inputs(void)
{
    start(RP_ENGINE_MYSQL);
    add_sql("A; B");
    add_file("x.sql", "C;\nD");
    add_sql("E\\G F");
    runs("1[A]1[B]1[C]1[D]vertical1[E]1[F]");
    IS_INT(script.done, 6, "all are counted");
    start(RP_ENGINE_MYSQL);
    add_sql("");
    add_sql(" ; -- nothing");
    runs("");
}

static void test_first_failure_ends(void)
{
    start(RP_ENGINE_MYSQL);
    add_sql("A; FAIL; B");
    add_sql("C");
    fails("1[A]1[FAIL]", RP_KIND_SQL, "-e:1: statement 2: ERROR 1: no");
    start(RP_ENGINE_MYSQL);
    add_sql("A");
    add_file("dir/x.sql", "\n\nB;\n/* why */\nFAIL\nhere;");
    fails("1[A]1[B]1[/* why */\nFAIL\nhere]", RP_KIND_SQL, "dir/x.sql:5: statement 3: ERROR 1: no");
    start(RP_ENGINE_MYSQL);
    add_file("x.sql", "A;\n/* why */\nSECOND;");
    fails("1[A]1[/* why */\nSECOND]", RP_KIND_SQL,
          "x.sql:3: statement 2: ERROR 3: in the second line");
    start(RP_ENGINE_MYSQL);
    add_sql("FULL; B");
    fails("1[FULL]", RP_KIND_OUTPUT, "cannot write results");
}

/* What --force shows goes to standard error. */
static int swallow_stderr(void)
{
    int kept = dup(STDERR_FILENO);
    int none = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (kept < 0 || none < 0 || dup2(none, STDERR_FILENO) < 0)
        abort();
    (void)close(none);
    return kept;
}

static void give_stderr_back(int kept)
{
    if (dup2(kept, STDERR_FILENO) < 0)
        abort();
    (void)close(kept);
}

static void test_force(void)
{
    int kept = swallow_stderr();

    start(RP_ENGINE_POSTGRES);
    order.force = true;
    add_sql("A; FAIL; B");
    add_file("x.sql", "\\set x\nCOPY nosuch FROM stdin;\n1\n2\n\\.\nC;");
    fails("1[A]1[FAIL]1[B]1[COPY nosuch FROM stdin]1[C]", RP_KIND_SQL, "3 statements failed");
    IS_INT(script.done, 5, "all are counted");
    start(RP_ENGINE_POSTGRES);
    order.force = true;
    add_sql("FAIL");
    fails("1[FAIL]", RP_KIND_SQL, "1 statement failed");
    start(RP_ENGINE_POSTGRES);
    order.force = true;
    add_sql("FAIL; LOSE; B");
    fails("1[FAIL]1[LOSE]", RP_KIND_NETWORK,
          "-e:1: statement 2: connection to demo.example lost after 1 statement: gone");
    give_stderr_back(kept);
}

static void test_copy(void)
{
    start(RP_ENGINE_POSTGRES);
    add_file("x.sql", "COPY t FROM stdin;\n1\n;2\n\\.\nA;COPY t FROM stdin; B;\n\\.\nC;\nCOPY t "
                      "FROM stdin;\nto the end");
    runs("1[COPY t FROM stdin]<1\n;2\n>1[A]1[COPY t FROM stdin]<>1[B]1[C]1[COPY t FROM stdin]<to "
         "the end>");
    start(RP_ENGINE_POSTGRES);
    add_file("x.sql", "COPY nosuch FROM stdin;\n1\n\\.\nA");
    fails("1[COPY nosuch FROM stdin]", RP_KIND_SQL, "x.sql:1: statement 1: ERROR 2: no such table");
}

/* SQL of the command line has its data on standard input. */
static void test_copy_of_command_line(void)
{
    int kept = dup(STDIN_FILENO);
    int data = file_of("1\n2\n");

    if (kept < 0 || dup2(data, STDIN_FILENO) < 0)
        abort();
    start(RP_ENGINE_POSTGRES);
    add_sql("COPY t FROM stdin");
    add_sql("COPY u FROM stdin; A");
    runs("1[COPY t FROM stdin]<1\n2\n>1[COPY u FROM stdin]<>1[A]");
    (void)lseek(STDIN_FILENO, 0, SEEK_SET);
    start(RP_ENGINE_POSTGRES);
    add_sql("COPY t FROM stdin;\nhere\n\\.\nA");
    runs("1[COPY t FROM stdin]<here\n>1[A]");
    start(RP_ENGINE_POSTGRES);
    (void)lseek(STDIN_FILENO, 0, SEEK_SET);
    runs("1[1\n2]"); /* without inputs, standard input is the script */
    (void)dup2(kept, STDIN_FILENO);
    (void)close(kept);
    (void)close(data);
}

static void test_commands(void)
{
    start(RP_ENGINE_POSTGRES);
    add_file("x.sql", "\\restrict k\nA;\n\\unrestrict k\n\\connect shop\n\\restrict l\nB;\n");
    runs("1[A]2[B]");
    IS_INT(closed, 1, "the first session is closed");
    start(RP_ENGINE_POSTGRES);
    add_file("x.sql", "A;\n\\connect other\nB;");
    fails("1[A]", RP_KIND_SQL,
          "x.sql:2: \\connect to database other, but this session is with shop");
    start(RP_ENGINE_POSTGRES);
    (void)snprintf(order.user, sizeof(order.user), "nobody");
    add_file("x.sql", "A;\n\\c\nB;");
    fails("1[A]", RP_KIND_LOGIN, "x.sql:2: not you");
    IS_INT(closed, 0, "the session is as it was");
    start(RP_ENGINE_MYSQL);
    add_file("x.sql", "A;\nsource y.sql\nB;");
    fails("1[A]", RP_KIND_SQL, "x.sql:2: source is a command of mysql, not SQL");
}

static void test_strings_of_session(void)
{
    start(RP_ENGINE_POSTGRES);
    add_sql("A '\\'; OLD; B '\\';'; C");
    runs("1[A '\\']1[OLD]1[B '\\';']1[C]");
    start(RP_ENGINE_MYSQL);
    first.standard_strings = false; /* not NO_BACKSLASH_ESCAPES */
    add_sql("A '\\';'; B");
    runs("1[A '\\';']1[B]");
}

static void test_opening(void)
{
    struct rp_script_inputs opened = {0};
    struct rp_error err = {0};

    start(RP_ENGINE_MYSQL);
    order.inputs[0] = (struct rp_client_input){.is_file = true, .text = "-"};
    order.inputs[1] = (struct rp_client_input){.is_file = false, .text = "/nonexistent"};
    order.inputs[2] = (struct rp_client_input){.is_file = true, .text = "/dev/null"};
    order.input_count = 3;
    WORKS(rp_script_open(&order, &opened, &err), err, "opened");
    OK(opened.count == 3 && opened.fds[0] == STDIN_FILENO && opened.fds[1] == -1 &&
           opened.fds[2] > STDERR_FILENO,
       "each as it is");
    (void)close(opened.fds[2]);
    order.inputs[2].text = "/nonexistent";
    FAILS(rp_script_open(&order, &opened, &err), RP_KIND_CONFIG, err, "one that is not there");
    IS_STR(err.msg, "cannot read /nonexistent: No such file or directory", "why");
    order.inputs[2].text = "/";
    FAILS(rp_script_open(&order, &opened, &err), RP_KIND_CONFIG, err, "a folder");
    IS_STR(err.msg, "cannot read /: Is a directory", "why");
}

int main(void)
{
    test_order_of_inputs();
    test_first_failure_ends();
    test_force();
    test_copy();
    test_copy_of_command_line();
    test_commands();
    test_strings_of_session();
    test_opening();
    rp_buf_release(&journal);
    return tap_done();
}
