/* Lines: libedit, told to let Ctrl-C and a new size of the terminal through. */
#include "prompt_line.h"

#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <sys/stat.h>
#include <wchar.h>

#include "rdspass/base/file.h"

enum { STATEMENT_MAX = 64 * 1024 };

struct rp_prompt_line {
    EditLine *edit;
    History *history;
    char prompt[RP_PROMPT_MAX];
    const char *path; /* of the history; empty: none is kept */
    bool interrupted;
};

static volatile sig_atomic_t resized;

static void note_resize(int number)
{
    (void)number;
    resized = 1;
}

static char *give_prompt(EditLine *edit)
{
    struct rp_prompt_line *line = NULL;

    (void)el_get(edit, EL_CLIENTDATA, &line);
    return line->prompt;
}

/* A signal that interrupts is Ctrl-C, or a terminal of another size. */
static bool goes_on_after_signal(EditLine *edit, struct rp_prompt_line *line)
{
    if (resized == 0) {
        line->interrupted = true;
        return false;
    }
    resized = 0;
    el_resize(edit);
    (void)el_set(edit, EL_REFRESH);
    return true;
}

/* A character for libedit, which by itself would read on after any signal. */
static int read_character(EditLine *edit, wchar_t *out)
{
    struct rp_prompt_line *line = NULL;
    mbstate_t state = {0};
    char byte;

    (void)el_get(edit, EL_CLIENTDATA, &line);
    for (;;) {
        ssize_t n = read(STDIN_FILENO, &byte, 1);
        if (n == 0)
            return 0;
        if (n < 0) {
            if (errno != EINTR || !goes_on_after_signal(edit, line))
                return -1;
            continue;
        }
        size_t used = mbrtowc(out, &byte, 1, &state);
        if (used == 1 || used == 0)
            return 1;
        if (used == (size_t)-1) /* no character of this locale: passed over */
            state = (mbstate_t){0};
    }
}

/* --- history ------------------------------------------------------------------------- */

/* The folders on the way to the file, for us alone where they are not there yet. */
static void make_folders(const char *path)
{
    RP_BUF_AUTO struct rp_buf part = {.max = 4096};
    struct rp_span rest = rp_span(path);

    for (size_t slash = rp_span_find(rp_span_skip(rest, 1), '/') + 1; slash < rest.n;
         slash += rp_span_find(rp_span_skip(rest, slash + 1), '/') + 1) {
        rp_buf_clear(&part);
        rp_buf_add(&part, rp_span_first(rest, slash));
        if (part.state == RP_BUF_FINE)
            (void)mkdir(rp_buf_str(&part), S_IRWXU);
    }
}

/* In one step, so that two sessions that end at once leave one whole history. */
static void save(const struct rp_prompt_line *line)
{
    RP_BUF_AUTO struct rp_buf work = {.max = 4096};
    HistEvent event;

    if (line->path[0] == '\0')
        return;
    rp_buf_add_str(&work, line->path);
    rp_buf_addf(&work, ".%ld", (long)getpid());
    if (work.state != RP_BUF_FINE)
        return;
    if (history(line->history, &event, H_SAVE, rp_buf_str(&work)) < 0 ||
        rename(rp_buf_str(&work), line->path) != 0)
        (void)unlink(rp_buf_str(&work));
}

/* As psql and mysql have it: what sets a password is not written down. */
static bool sets_password(const char *statement)
{
    return strcasestr(statement, "password") != NULL || strcasestr(statement, "identified") != NULL;
}

void rp_prompt_line_remember(struct rp_prompt_line *line, struct rp_span statement, bool vertical)
{
    RP_BUF_AUTO struct rp_buf text = {.max = STATEMENT_MAX};
    HistEvent event;

    rp_buf_add(&text, statement);
    rp_buf_add_str(&text, vertical ? "\\G" : ";");
    if (text.state != RP_BUF_FINE || sets_password(rp_buf_str(&text)))
        return;
    (void)history(line->history, &event, H_ENTER, rp_buf_str(&text));
    save(line);
}

/* --- lines --------------------------------------------------------------------------- */

/* Text is UTF-8 here, whatever the locale says; its own one is kept where it agrees. */
static void choose_locale(void)
{
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
}

static bool start_history(struct rp_prompt_line *line)
{
    HistEvent event;

    line->history = history_init();
    if (line->history == NULL)
        return false;
    (void)history(line->history, &event, H_SETSIZE, RP_HISTORY_MAX);
    (void)history(line->history, &event, H_SETUNIQUE, 1);
    if (line->path[0] != '\0') {
        make_folders(line->path);
        (void)history(line->history, &event, H_LOAD, line->path);
    }
    return true;
}

static bool start_editing(struct rp_prompt_line *line)
{
    const struct sigaction resize = {.sa_handler = note_resize};

    /* What is asked is no result. */
    line->edit = el_init("rdspass", stdin, isatty(STDOUT_FILENO) == 1 ? stdout : stderr, stderr);
    if (line->edit == NULL)
        return false;
    (void)el_set(line->edit, EL_CLIENTDATA, line);
    (void)el_set(line->edit, EL_PROMPT, give_prompt);
    (void)el_set(line->edit, EL_EDITOR, "emacs");
    (void)el_set(line->edit, EL_SIGNAL, 0);
    (void)el_set(line->edit, EL_HIST, history, line->history);
    (void)el_set(line->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    (void)el_source(line->edit, NULL); /* ~/.editrc */
    (void)el_set(line->edit, EL_GETCFN, read_character);
    (void)sigaction(SIGWINCH, &resize, NULL);
    return true;
}

rp_status rp_prompt_line_new(const char *history_path, struct rp_prompt_line **out,
                             struct rp_error *err)
{
    struct rp_prompt_line *line = calloc(1, sizeof(*line));

    if (line == NULL)
        return rp_fail_memory(err);
    choose_locale();
    (void)umask(S_IRWXG | S_IRWXO);
    line->path = history_path;
    if (!start_history(line) || !start_editing(line)) {
        rp_prompt_line_free(line);
        return rp_fail(err, RP_KIND_INTERNAL, "the terminal cannot be used");
    }
    *out = line;
    return RP_OK;
}

void rp_prompt_line_free(struct rp_prompt_line *line)
{
    if (line->edit != NULL)
        el_end(line->edit);
    if (line->history != NULL)
        history_end(line->history);
    free(line);
}

void rp_prompt_line_ask_with(struct rp_prompt_line *line, const char *prompt)
{
    rp_escape_text(line->prompt, sizeof(line->prompt), prompt);
}

enum rp_prompt_end rp_prompt_line_read(struct rp_prompt_line *line, struct rp_span *out)
{
    int n = 0;

    line->interrupted = false;
    const char *text = el_gets(line->edit, &n);
    if (text != NULL && n > 0 && !line->interrupted) {
        *out = (struct rp_span){text, (size_t)n};
        return RP_PROMPT_LINE;
    }
    /* The cursor is behind what was typed. */
    rp_ignore(rp_write_all(STDERR_FILENO, RP_SPAN("\n"), "to the terminal", NULL));
    return line->interrupted ? RP_PROMPT_INTERRUPTED : RP_PROMPT_LEFT;
}
