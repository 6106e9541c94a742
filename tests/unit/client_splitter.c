/*
 * The splitter: what it gives of scripts in both dialects. Each script comes at
 * once, byte by byte and in other pieces, which must make no difference.
 */
#include "split_script.h"
#include "tap.h"

enum { OUT_MAX = 1024 * 1024 };

/* How the session is. */
struct session {
    enum rp_engine dialect;
    bool plain; /* PostgreSQL: no standard strings; MySQL: no backslashes */
    const char *encoding;
};

static const struct session mysql = {RP_ENGINE_MYSQL, false, "utf8mb4"};
static const struct session mysql_plain = {RP_ENGINE_MYSQL, true, "utf8mb4"};
static const struct session postgres = {RP_ENGINE_POSTGRES, false, "UTF8"};
static const struct session postgres_plain = {RP_ENGINE_POSTGRES, true, "UTF8"};

static void start(struct rp_splitter *splitter, struct session session)
{
    rp_splitter_init(splitter, session.dialect);
    splitter->standard_strings = !session.plain;
    splitter->backslashes = !session.plain;
    splitter->pairs = rp_pairs_of(session.encoding);
}

static void splits(struct session session, const char *script, const char *want, const char *name)
{
    static const size_t sizes[] = {1, 2, 3, 7, 64, OUT_MAX};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct rp_buf out = {.max = OUT_MAX};
        struct rp_splitter splitter;
        struct rp_error err = {.kind = RP_KIND_NONE};
        char title[256];

        (void)snprintf(title, sizeof(title), "%s, %zu bytes at once", name, sizes[i]);
        start(&splitter, session);
        rp_status status = split_script(&splitter, rp_span(script), sizes[i], &out, &err);
        OK(!rp_failed(status), "%s: no error", title);
        IS_STR(rp_buf_str(&out), want, title);
        rp_splitter_release(&splitter);
        rp_buf_release(&out);
    }
}

static void both(void)
{
    static const struct session sessions[] = {{RP_ENGINE_MYSQL, false, "utf8mb4"},
                                              {RP_ENGINE_POSTGRES, false, "UTF8"}};

    for (size_t i = 0; i < 2; i++) {
        struct session s = sessions[i];
        splits(s, "", "", "nothing");
        splits(s, " \t\r\n;;\n ; ", "", "empty statements");
        splits(s, "-- c;\n/* c; */ ;\n-- c", "", "comments alone are no statement");
        splits(s, "\xef\xbb\xbfselect 1", "1 select 1|", "a byte order mark, no delimiter");
        splits(s, "\xef\xbb;", "1 \xef\xbb|", "a part of a byte order mark");
        splits(s, "select 1;select 2 ; \n select\n3\n;\n", "1 select 1|1 select 2|2 select\n3|",
               "statements and their lines");
        splits(s, "a;\r\n\r\nb\r\nb;\r\nc;\r\n", "1 a|3 b\r\nb|5 c|", "CRLF");
        splits(s, "a 'x;''y' \"p;\"\"q\";b", "1 a 'x;''y' \"p;\"\"q\"|1 b|", "quotes");
        splits(s, "a -- 'x;\n+ 1;b", "1 a -- 'x;\n+ 1|2 b|", "a comment to the line's end");
        splits(s, "a /* 'x; **/ /**/ /*/;*/; b", "1 a /* 'x; **/ /**/ /*/;*/|1 b|",
               "block comments");
        splits(s, "-- 1\n/* 2\n */\n\n /* 5 */ a;b", "2-5 /* 2\n */\n\n /* 5 */ a|5 b|",
               "block comments before a statement are its own");
        splits(s, "/* 1 */\n-- 2\na", "3 a|", "a line's comment divides from it");
        splits(s, "a 'x;", "1 a 'x;|", "a quote without an end");
        splits(s, "a; /* x; ", "1 a|1 /* x;|", "a comment without an end");
        splits(s, "select 'Grün;日本;', 'ü\xf0\x9f\x90\x98;';b",
               "1 select 'Grün;日本;', 'ü\xf0\x9f\x90\x98;'|1 b|", "multi-byte text");
        splits(s, "a\\g\nb \\G\nc", "1 a|2 G b|3 c|", "\\g, \\G");
        splits(s, "\\connect x y\r\na\n\\foo\nb;", "1! connect x y|3! foo|2 a\n    \nb|",
               "commands");
        splits(s, "\\foo", "1! foo|", "a command at the end");
        splits(s, "a;\\", "1 a|1! |", "a backslash at the end");
        splits(s, "a\n 'x\n';\n\n\\q\n", "1 a\n 'x\n'|5! q|", "a command's line");
        splits(s, "a 2 - 1 / 3 * 4; b", "1 a 2 - 1 / 3 * 4|1 b|", "operators");
    }
}

static void mysql_tokens(void)
{
    splits(mysql, "a 'x\\';' \"x\\\";\" `x\\`; b", "1 a 'x\\';' \"x\\\";\" `x\\`|1 b|",
           "backslashes");
    splits(mysql, "a '\\\\';b", "1 a '\\\\'|1 b|", "a backslash of a backslash");
    splits(mysql_plain, "a 'x\\';b", "1 a 'x\\'|1 b|", "NO_BACKSLASH_ESCAPES");
    splits(mysql, "a `x;``y;`;b", "1 a `x;``y;`|1 b|", "doubled in an identifier");
    splits(mysql, "# it's\na # it's;\n;b", "2 a # it's;|3 b|", "#");
    splits(mysql, "a 1--1;b --\tx;\n;c --;", "1 a 1--1|1 b --\tx;|2 c --|", "-- needs a blank");
    splits(mysql, "--x;\na", "2 a|", "but not where a statement begins");
    splits(mysql, "a -- x\ry;\n;", "1 a -- x\ry;|", "CR ends no comment");
    splits(mysql, "a /* /* ; */ b */;", "1 a /* /* ; */ b */|", "comments do not nest");
    splits(mysql, "a \\N, \\N;", "1 a \\N, \\N|", "\\N");
    splits(mysql, "a 1\\Gb 2\\g", "1 G a 1|1 b 2|", "\\G divides within a line");
    splits(mysql, "a \\c\nb;\\g\n\\c\nc;", "2 b|4 c|", "\\c clears");
}

static void mysql_comments(void)
{
    splits(mysql, "/*!40101 SET NAMES utf8 */;\na", "1 /*!40101 SET NAMES utf8 */|2 a|",
           "an executable comment is a statement");
    splits(mysql, "a /*! b ; '*/;' -- ; '\n # ; '\n /* ' */ ; */ ; c",
           "1 a /*! b ; '*/;' -- ; '\n # ; '\n /* ' */ ; */|3 c|", "what stands in it is SQL");
    splits(mysql, "/*M!100616 SET x=';*/' ; y */;b", "1 /*M!100616 SET x=';*/' ; y */|1 b|",
           "MariaDB's");
    splits(mysql, "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump\na;", "3 a|",
           "the first line of a dump");
    splits(mysql, "/*M! a;*/;/*M'*/b;/*M", "1 /*M! a;*/|1 /*M'*/b|1 /*M|", "like MariaDB's");
    splits(mysql, "a /*+ b(c) ; ' */ d;e", "1 a /*+ b(c) ; ' */ d|1 e|", "a hint");
}

static void mysql_delimiters(void)
{
    splits(mysql, "DELIMITER //\ncreate begin a; b; end //\n delimiter ;\nc;",
           "2 create begin a; b; end|4 c|", "DELIMITER");
    splits(mysql, "delimiter ;;\r\na; b;;\r\nc ; ;;Delimiter ;\r\nd;", "2 a; b|3 c ;|4 d|",
           "with CRLF");
    splits(mysql, "delimiter '$$' x\na$b$$delimiter \"e f\"\nc e e f\\d ;\nd;", "2 a$b|3 c e|4 d|",
           "in quotes; \\d");
    splits(mysql, "a\ndelimiter //\nb;c", "1 a\ndelimiter //\nb|3 c|", "not within a statement");
    splits(mysql, "delimiter\ndelimiter a\\b\ndelimiter 12345678901234567890123456789012\na;",
           "1! delimiter|2! delimiter a\\b|3! delimiter 12345678901234567890123456789012|4 a|",
           "one that cannot be");
    splits(mysql, "delimiters ;delimiter", "1 delimiters|1! delimiter|", "another word");
    splits(mysql, "delimiter -\na -- b", "2 a|2 b|", "a delimiter wins over a comment");
    splits(mysql, "delimiter '\na 'b '", "1! delimiter '|2 a 'b '|", "a quote alone is none");
}

static void mysql_commands(void)
{
    splits(mysql, "use a\nuse b;\nUSE `c`\r\nuse\nd;", "1 use a|2 use b|3 USE `c`|4 use\nd|",
           "use");
    splits(mysql, "source x.sql\nquit\nexit 1;source;",
           "1! source x.sql|2! quit|3 exit 1|3! source|", "commands without a backslash");
    splits(mysql, "source x;y;\nexit;\nexit\\g\nexit 2;delimiter //\nquit//b",
           "1! source x|1 y|2! exit|3 exit|4 exit 2|5! quit|5 b|", "with a delimiter");
    splits(mysql, "help 'x';use a;\nuse b", "1 help 'x'|1 use a|2 use b|",
           "which are statements, too");
    splits(mysql, "help x\\g\nsources\nx;", "1 help x|2 sources\nx|", "no commands");
    splits(mysql, "a;exit", "1 a|1! exit|", "one at the end");
}

static void postgres_strings(void)
{
    splits(postgres, "a '\\';b", "1 a '\\'|1 b|", "a standard string");
    splits(postgres_plain, "a '\\';b', n'\\';', U&'\\', b'\\';c",
           "1 a '\\';b', n'\\';', U&'\\', b'\\'|1 c|", "without standard strings");
    splits(postgres, "a E'\\';b''\\\\', e'\\';'; c", "1 a E'\\';b''\\\\', e'\\';'|1 c|", "E''");
    splits(postgres, "a U&'\\0041', u&\"\\\", N'\\', B'1', x'\\';c",
           "1 a U&'\\0041', u&\"\\\", N'\\', B'1', x'\\'|1 c|", "the other strings");
    splits(postgres, "a fe'\\';c, 1e'\\';d", "1 a fe'\\'|1 c, 1e'\\'|1 d|",
           "an E that is no prefix");
    splits(postgres, "a E 'b\\';c u & '\\';d", "1 a E 'b\\'|1 c u & '\\'|1 d|", "prefixes touch");
    splits(postgres, "a E'b' -- c ; '\n \t'\\';d'; e", "1 a E'b' -- c ; '\n \t'\\';d'|2 e|",
           "a string goes on in the next line");
    splits(postgres, "a E'b' '\\'; c 'd'\n'\\'; e E'f'\n-'\\';",
           "1 a E'b' '\\'|1 c 'd'\n'\\'|2 e E'f'\n-'\\'|", "others do not, or are standard");
    splits(postgres, "a E'b'\n/* */ '\\'; c", "1 a E'b'\n/* */ '\\'|2 c|",
           "not behind a block comment");
}

static void postgres_tokens(void)
{
    splits(postgres, "a $$;'$x$\n;$$, $x$;$$;$x $x$;b", "1 a $$;'$x$\n;$$, $x$;$$;$x $x$|2 b|",
           "dollar quotes");
    splits(postgres, "a $_é1$;$_é1$ $é$$é$;b", "1 a $_é1$;$_é1$ $é$$é$|1 b|", "their tags");
    splits(postgres, "a $$ $$$;b", "1 a $$ $$$|1 b|", "a dollar behind");
    splits(postgres, "a $a$ $a$a$;$a$;b", "1 a $a$ $a$a$|1 $a$;b|", "the end of a tag's quote");
    splits(postgres, "a x$y$;b $1$;c $ 1$2;d", "1 a x$y$|1 b $1$|1 c $ 1$2|1 d|", "$ in names");
    splits(postgres, "a $1, $2;b $1x$;c", "1 a $1, $2|1 b $1x$|1 c|", "parameters");
    splits(postgres, "a 1x$$;b 1$$;$$;c $1x$$;d", "1 a 1x$$|1 b 1$$;$$|1 c $1x$$|1 d|",
           "a name that touches a number has its dollars");
    splits(postgres, "a /* /* ; */ ; /*/ */*/ */;b", "1 a /* /* ; */ ; /*/ */*/ */|1 b|",
           "nested comments");
    splits(postgres, "a --x;\r;b", "1 a --x;|1 b|", "CR ends a comment");
    splits(postgres, "a 1--1;\n;b #;c", "1 a 1--1;|2 b #|2 c|",
           "-- needs no blank, # is an operator");
    splits(postgres, "a (b; (c;) d;);e ) ;f", "1 a (b; (c;) d;)|1 e )|1 f|", "parentheses");
    splits(postgres, "a\\gx\nb \\g x\nc;", "1 G a|2! g x|3 c|", "\\gx, and a \\g with more");
    splits(postgres, "a \\gset\nb \\r\nc;\\g\n", "1! gset|2! r|3 c|3! g|",
           "commands that take the statement for themselves");
    splits(postgres, "use a\ndelimiter //\nb;", "1 use a\ndelimiter //\nb|", "MySQL's commands");
}

static void postgres_bodies(void)
{
    splits(postgres,
           "create or replace function f() returns int begin atomic a; case b end; select case c "
           "end; end; d;",
           "1 create or replace function f() returns int begin atomic a; case b end; select case c "
           "end; end|1 d|",
           "a function's body");
    splits(postgres, "CREATE\nPROCEDURE p() BEGIN ATOMIC a; END;b",
           "1 CREATE\nPROCEDURE p() BEGIN ATOMIC a; END|2 b|", "a procedure's");
    splits(postgres, "create function f() as $$ begin a; end $$;begin;end;",
           "1 create function f() as $$ begin a; end $$|1 begin|1 end|", "one in quotes");
    splits(postgres, "create table f (begin int);x begin;create function \"begin\"(begin int);y",
           "1 create table f (begin int)|1 x begin|1 create function \"begin\"(begin int)|1 y|",
           "other words");
    splits(postgres, "create function f() begin atomic a; end end;b",
           "1 create function f() begin atomic a; end end|1 b|", "an END too much");
}

static void postgres_copy(void)
{
    splits(postgres, "COPY t (a) FROM stdin;\n1\n\\N\n\\.x\n\n\\.\na;",
           "1 COPY t (a) FROM stdin|<1\n\\N\n\\.x\n\n>7 a|", "data");
    splits(postgres, "copy t from stdin;\r\n1\r\n\\.\r\na", "1 copy t from stdin|<1\r\n>4 a|",
           "with CRLF");
    splits(postgres, "copy t from stdin; -- c\n\\.\na", "1 copy t from stdin|<>3 a|", "no data");
    splits(postgres, "copy t from stdin;\n1\n2", "1 copy t from stdin|<1\n2>", "no end");
    splits(postgres, "copy t from stdin;\n1\n\\.", "1 copy t from stdin|<1\n>",
           "an end without a line's end");
    splits(postgres, "copy t from stdin;\n1\n\\.\r", "1 copy t from stdin|<1\n>",
           "the same with CR");
    splits(postgres, "copy t from stdin; a; b\n1;\n\\.\nc;\nd",
           "1 copy t from stdin|<1;\n>3 a|3 b\nc|5 d|",
           "what stands behind the ';' comes behind the data");
    splits(postgres, "copy t from stdin; a", "1 copy t from stdin|<>1 a|",
           "and where there are none");
    splits(postgres, "copy t from stdin;", "1 copy t from stdin|<>", "or nothing");
    splits(postgres, "copy (a from stdin) to stdout;copy t from x;b from stdin;",
           "1 copy (a from stdin) to stdout|1 copy t from x|1 b from stdin|", "no data to come");
}

/* What the caller changes between two statements holds from there on. */
static void changes(void)
{
    struct rp_splitter splitter;
    struct rp_statement statement;
    struct rp_error err = {.kind = RP_KIND_NONE};

    start(&splitter, postgres);
    OK(!rp_failed(rp_splitter_feed(&splitter, RP_SPAN("a '\\';b '\\';';c"), true, &err)), "fed");
    OK(rp_splitter_next(&splitter, &statement) == RP_PIECE_STATEMENT, "the first");
    IS_SPAN(statement.text, "a '\\'", "with standard strings");
    splitter.standard_strings = false;
    OK(rp_splitter_next(&splitter, &statement) == RP_PIECE_STATEMENT, "the second");
    IS_SPAN(statement.text, "b '\\';'", "without");
    rp_splitter_release(&splitter);
}

/* As the prompt uses it. */
static void lines(void)
{
    struct rp_splitter splitter;
    struct rp_statement statement;
    struct rp_error err = {.kind = RP_KIND_NONE};

    start(&splitter, mysql);
    OK(rp_splitter_next(&splitter, &statement) == RP_PIECE_MORE, "nothing has come");
    OK(!rp_splitter_is_inside(&splitter), "nothing: not inside");
    OK(!rp_failed(rp_splitter_feed(&splitter, RP_SPAN("delimiter //\n -- c\n"), false, &err)),
       "fed");
    OK(rp_splitter_next(&splitter, &statement) == RP_PIECE_MORE, "a comment: nothing to run");
    OK(!rp_splitter_is_inside(&splitter), "a comment: not inside");
    OK(!rp_failed(rp_splitter_feed(&splitter, RP_SPAN("/* c\n"), false, &err)), "fed");
    OK(rp_splitter_next(&splitter, &statement) == RP_PIECE_MORE, "an open comment: nothing to run");
    OK(rp_splitter_is_inside(&splitter), "an open comment: inside");
    OK(!rp_failed(rp_splitter_feed(&splitter, RP_SPAN("*/ a 'x\n"), false, &err)), "fed");
    OK(rp_splitter_next(&splitter, &statement) == RP_PIECE_MORE, "an open quote: nothing to run");
    OK(rp_splitter_is_inside(&splitter), "an open quote: inside");
    rp_splitter_forget(&splitter);
    OK(!rp_splitter_is_inside(&splitter), "forgotten: not inside");
    OK(!rp_failed(rp_splitter_feed(&splitter, RP_SPAN("b//c\n"), false, &err)), "fed");
    OK(rp_splitter_next(&splitter, &statement) == RP_PIECE_STATEMENT, "the next");
    IS_SPAN(statement.text, "b", "the delimiter is kept");
    IS_INT((intmax_t)statement.line, 5, "the line, too");
    OK(rp_splitter_next(&splitter, &statement) == RP_PIECE_MORE, "no more");
    OK(rp_splitter_is_inside(&splitter), "the next has begun");
    rp_splitter_release(&splitter);
}

/* Memory is that of a statement and a piece, not of the script. */
static void memory(struct session session, const char *script, const char *name)
{
    struct rp_splitter splitter;
    struct rp_statement statement;
    struct rp_error err = {.kind = RP_KIND_NONE};
    struct rp_span data;
    rp_status status = RP_OK;
    bool end;

    start(&splitter, session);
    splitter.held.max = 1000;
    for (size_t i = 0; i < 1000 && !rp_failed(status); i++) {
        status = rp_splitter_feed(&splitter, rp_span(script), false, &err);
        if (splitter.data.state != 0)
            (void)rp_splitter_data(&splitter, &data, &end);
        while (splitter.data.state == 0 && rp_splitter_next(&splitter, &statement) != RP_PIECE_MORE)
            if (statement.copies_in)
                (void)rp_splitter_data(&splitter, &data, &end);
    }
    OK(!rp_failed(status), "%s: in constant memory", name);
    rp_splitter_release(&splitter);
}

static void limits(void)
{
    struct rp_splitter splitter;
    struct rp_statement statement;
    struct rp_error err = {.kind = RP_KIND_NONE};

    memory(mysql, "select 'a long text';\n insert", "statements");
    memory(mysql, "  \n ; ", "blanks");
    memory(postgres, "-- a comment without an end", "a line's comment");
    memory(postgres, "copy t from stdin; x\na line of data\n", "data");
    start(&splitter, postgres);
    splitter.held.max = 8;
    OK(!rp_failed(rp_splitter_feed(&splitter, RP_SPAN("a 'b"), false, &err)), "fed");
    OK(rp_splitter_next(&splitter, &statement) == RP_PIECE_MORE, "a part");
    OK(rp_failed(rp_splitter_feed(&splitter, RP_SPAN("cdefg"), false, &err)), "too long");
    OK(err.kind == RP_KIND_SQL, "its kind");
    IS_STR(err.msg, "a statement is longer than 8 bytes", "its words");
    rp_splitter_release(&splitter);
}

/* A second byte that reads like a backslash or a `, in texts, names and comments. */
static void encodings(void)
{
    static const struct session gbk = {RP_ENGINE_MYSQL, false, "gbk"};
    static const struct session sjis = {RP_ENGINE_MYSQL, false, "cp932"};
    static const struct session big5 = {RP_ENGINE_POSTGRES, true, "BIG5"};
    static const struct session shift = {RP_ENGINE_POSTGRES, false, "SJIS"};

    splits(gbk, "a '\xbf\\';\xbf\\b;`\xbf`;` -- \xbf\\\nc;d \xbf`;e",
           "1 a '\xbf\\'|1 \xbf\\b|1 `\xbf`;` -- \xbf\\\nc|2 d \xbf`|2 e|", "GBK");
    splits(gbk, "a '\\';\xbf\\';b", "1 a '\\';\xbf\\'|1 b|", "GBK, and backslashes that are some");
    splits(gbk, "a \xbf", "1 a \xbf|", "GBK, half a character at the end");
    splits(sjis, "a '\x95\\','\xb1\\';b'", "1 a '\x95\\','\xb1\\';b'|",
           "half-width kana are one byte");
    splits(big5, "a '\xa5\\';\xa5\\$1$;b\xa5\\;c", "1 a '\xa5\\'|1 \xa5\\$1$|1 b\xa5\\|1 c|",
           "BIG5");
    splits(shift, "a E'\x95\\', \"\x95\\\";\x95\\;\xb1\\q",
           "1 a E'\x95\\', \"\x95\\\"|1 \x95\\|1! q|1 \xb1|", "SJIS");
    splits(shift, "a\x95", "1 a\x95|", "SJIS, half a character at the end");
    splits(mysql, "a '\xbf\\';b'", "1 a '\xbf\\';b'|", "in UTF-8 a backslash is one");
}

int main(void)
{
    both();
    encodings();
    mysql_tokens();
    mysql_comments();
    mysql_delimiters();
    mysql_commands();
    postgres_strings();
    postgres_tokens();
    postgres_bodies();
    postgres_copy();
    changes();
    lines();
    limits();
    return tap_done();
}
