/* Lines: libedit edits them; characters and signals come through a ppoll(2) of our own. */
#include "prompt_line.h"

#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <wchar.h>

#include "prompt_history.h"
#include "rdspass/base/file.h"

enum { CTRL_C = 3 };

/* They come while a line is waited for, and at no other moment of it. */
static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };

static volatile sig_atomic_t came[SIGNALS];

struct rp_prompt_line {
    EditLine *edit;
    FILE *terminal; /* where lines are edited */
    History *history;
    const char *path; /* of the history; NULL: none */
    char prompt[RP_PROMPT_MAX];
    struct sigaction actions[SIGNALS]; /* as they are between lines */
    sigset_t mask;                     /* so, too */
    sigset_t waiting;                  /* while it is waited for a character */
    bool interrupted;
};

static struct rp_prompt_line *line_of(EditLine *edit)
{
    struct rp_prompt_line *line = NULL;

    (void)el_get(edit, EL_CLIENTDATA, &line);
    return line;
}

static char *give_prompt(EditLine *edit)
{
    return line_of(edit)->prompt;
}

/* --- signals ------------------------------------------------------------------------- */

static void note(int number)
{
    for (size_t i = 0; i < SIGNALS; i++)
        if (signals[i] == number)
            came[i] = 1;
}

/* One that is ignored stays so. */
static void take_signals(struct rp_prompt_line *line)
{
    const struct sigaction action = {.sa_handler = note};
    sigset_t all;

    (void)sigemptyset(&all);
    for (size_t i = 0; i < SIGNALS; i++)
        (void)sigaddset(&all, signals[i]);
    (void)sigprocmask(SIG_BLOCK, &all, &line->mask);
    line->waiting = line->mask;
    for (size_t i = 0; i < SIGNALS; i++) {
        came[i] = 0;
        (void)sigdelset(&line->waiting, signals[i]);
        if (sigaction(signals[i], NULL, &line->actions[i]) == 0 &&
            line->actions[i].sa_handler != SIG_IGN)
            (void)sigaction(signals[i], &action, NULL);
    }
}

static void give_signals_back(const struct rp_prompt_line *line)
{
    for (size_t i = 0; i < SIGNALS; i++)
        (void)sigaction(signals[i], &line->actions[i], NULL);
    (void)sigprocmask(SIG_SETMASK, &line->mask, NULL);
}

/* Whether lines are edited here at all: not on a terminal that cannot move its cursor. */
static bool edits(EditLine *edit)
{
    int on = 0;

    return el_get(edit, EL_EDITMODE, &on) == 0 && on != 0;
}

/* How many rows below its first one the cursor stands in the line that is typed. */
static size_t cursor_row(struct rp_prompt_line *line, size_t columns)
{
    const LineInfo *typed = el_line(line->edit);
    const char *const texts[] = {line->prompt, typed->buffer};
    const char *const ends[] = {line->prompt + strlen(line->prompt), typed->cursor};
    size_t row = 0;
    size_t column = 0;

    for (size_t i = 0; i < 2; i++) {
        mbstate_t state = {0};
        wchar_t c;
        size_t n;
        for (const char *p = texts[i]; p < ends[i]; p += n) {
            n = mbrtowc(&c, p, (size_t)(ends[i] - p), &state);
            if (n == 0 || n > (size_t)(ends[i] - p))
                break;
            int width = wcwidth(c);
            size_t wide = c == L'\n' ? columns - column : width < 0 ? 2 : (size_t)width;
            row += column + wide > columns || c == L'\n' ? 1 : 0;
            column = c == L'\n' ? 0 : column + wide > columns ? wide : column + wide;
        }
    }
    return row;
}

/* Draws the line anew, in the place where the terminal has put it. */
static void draw_again(struct rp_prompt_line *line)
{
    struct winsize size = {0};

    if (!edits(line->edit))
        return;
    if (ioctl(fileno(line->terminal), TIOCGWINSZ, &size) == 0 && size.ws_col > 1) {
        size_t row = cursor_row(line, size.ws_col);
        if (row > 0)
            (void)fprintf(line->terminal, "\033[%zuA", row);
        /* Not at the first column: tmux would take a wiped screen for history. */
        (void)fputs("\r \033[J\r", line->terminal);
        (void)fflush(line->terminal);
    }
    el_resize(line->edit);
    (void)el_set(line->edit, EL_REFRESH);
}

static void prepare_terminal(const struct rp_prompt_line *line, int for_editing)
{
    if (edits(line->edit))
        (void)el_set(line->edit, EL_PREP_TERM, for_editing);
}

/* As without us: stops, or ends us, and this thread alone has the terminal in its state. */
static void let_through(const struct rp_prompt_line *line, int number)
{
    const struct sigaction normal = {.sa_handler = SIG_DFL};
    const struct sigaction again = {.sa_handler = note};
    sigset_t set;

    prepare_terminal(line, 0);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, number);
    (void)sigaction(number, &normal, NULL);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
    (void)raise(number);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    (void)sigaction(number, &again, NULL);
}

/* After a stop; whoever had the terminal meanwhile has left it as it likes. */
static void resume(struct rp_prompt_line *line)
{
    prepare_terminal(line, 0);
    prepare_terminal(line, 1);
    if (edits(line->edit))
        (void)fputc('\r', line->terminal);
    (void)el_set(line->edit, EL_REFRESH);
}

static void act_on(struct rp_prompt_line *line, int number)
{
    switch (number) {
    case SIGINT:
        line->interrupted = true;
        break;
    case SIGTSTP:
        let_through(line, number);
        prepare_terminal(line, 1);
        break;
    case SIGCONT:
        resume(line);
        break;
    case SIGWINCH:
        draw_again(line);
        break;
    default:
        let_through(line, number);
    }
}

static void act_on_signals(struct rp_prompt_line *line)
{
    for (size_t i = 0; i < SIGNALS; i++) {
        if (came[i] == 0)
            continue;
        came[i] = 0;
        act_on(line, signals[i]);
    }
}

/* --- characters ------------------------------------------------------------------------ */

/* The next byte of the terminal: 1; 0: it ends; -1: an error, or Ctrl-C. */
static int read_byte(struct rp_prompt_line *line, char *out)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    for (;;) {
        if (ppoll(&input, 1, NULL, &line->waiting) < 0) {
            if (errno != EINTR)
                return -1;
            act_on_signals(line);
            if (line->interrupted)
                return -1;
            continue;
        }
        ssize_t n = read(STDIN_FILENO, out, 1);
        if (n >= 0 || errno != EINTR)
            return (int)n;
    }
}

/*
 * A character for libedit. After Ctrl-C it first gets one that takes the cursor to
 * the end of what is typed, so that nothing is written over, and then an error.
 */
static int read_character(EditLine *edit, wchar_t *out)
{
    struct rp_prompt_line *line = line_of(edit);
    mbstate_t state = {0};
    char byte;

    if (line->interrupted)
        return -1;
    for (;;) {
        int n = read_byte(line, &byte);
        if (line->interrupted && edits(edit)) {
            *out = CTRL_C;
            return 1;
        }
        if (n <= 0)
            return n;
        size_t used = mbrtowc(out, &byte, 1, &state);
        if (used == 1 || used == 0)
            return 1;
        if (used == (size_t)-1) /* no character: passed over */
            state = (mbstate_t){0};
    }
}

static unsigned char go_to_end(EditLine *edit, int key)
{
    const LineInfoW *typed = el_wline(edit);

    (void)key;
    (void)el_cursor(edit, (int)(typed->lastchar - typed->cursor));
    return CC_REFRESH;
}

/* --- lines --------------------------------------------------------------------------- */

/* Text is UTF-8 here, whatever the locale says; its own one is kept where it agrees. */
static void choose_locale(void)
{
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
}

/* Keys that libedit has no name for, as most terminals send them; and those that it has otherwise.
 */
static void bind_keys(EditLine *edit)
{
    static const char *const keys[][2] = {
        {"^I", "ed-insert"},           {"^R", "em-inc-search-prev"},
        {"^W", "ed-delete-prev-word"}, {"\\e[3~", "ed-delete-next-char"},
        {"\\e[1~", "ed-move-to-beg"},  {"\\e[4~", "ed-move-to-end"},
        {"\\e[H", "ed-move-to-beg"},   {"\\e[F", "ed-move-to-end"},
        {"\\eOH", "ed-move-to-beg"},   {"\\eOF", "ed-move-to-end"},
        {"\\e[1;5C", "em-next-word"},  {"\\e[1;5D", "ed-prev-word"},
    };

    (void)el_set(edit, EL_ADDFN, "rdspass-end", "go to the end of the line", go_to_end);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        (void)el_set(edit, EL_BIND, keys[i][0], keys[i][1], NULL);
    (void)el_source(edit, NULL); /* ~/.editrc */
    (void)el_set(edit, EL_BIND, "^C", "rdspass-end", NULL);
    (void)el_set(edit, EL_BIND, "-a", "^C", "rdspass-end", NULL);
}

static bool start(struct rp_prompt_line *line)
{
    HistEvent event;

    line->terminal = isatty(STDOUT_FILENO) == 1 ? stdout : stderr; /* what is asked is no result */
    line->edit = el_init("rdspass", stdin, line->terminal, stderr);
    line->history = history_init();
    if (line->edit == NULL || line->history == NULL)
        return false;
    (void)history(line->history, &event, H_SETSIZE, RP_HISTORY_ENTRIES);
    (void)history(line->history, &event, H_SETUNIQUE, 1);
    (void)el_set(line->edit, EL_CLIENTDATA, line);
    (void)el_set(line->edit, EL_PROMPT, give_prompt);
    (void)el_set(line->edit, EL_SIGNAL, 0);
    (void)el_set(line->edit, EL_EDITOR, "emacs");
    (void)el_set(line->edit, EL_HIST, history, line->history);
    bind_keys(line->edit);
    (void)el_set(line->edit, EL_GETCFN, read_character);
    return true;
}

rp_status rp_prompt_line_new(struct rp_prompt_line **out, struct rp_error *err)
{
    struct rp_prompt_line *line = calloc(1, sizeof(*line));

    if (line == NULL)
        return rp_fail_memory(err);
    choose_locale();
    if (!start(line)) {
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

static void add_to_history(void *self, const char *entry)
{
    HistEvent event;

    (void)history(self, &event, H_ENTER, entry);
}

rp_status rp_prompt_line_use_history(struct rp_prompt_line *line, const char *path,
                                     struct rp_error *err)
{
    RP_TRY(rp_history_load(path, add_to_history, line->history, err));
    line->path = path;
    return RP_OK;
}

static bool is_latest(const struct rp_prompt_line *line, const char *entry)
{
    HistEvent event;

    return history(line->history, &event, H_FIRST) >= 0 && strcmp(event.str, entry) == 0;
}

rp_status rp_prompt_line_remember(struct rp_prompt_line *line, struct rp_span entry,
                                  struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_HISTORY_ENTRY_MAX};

    rp_buf_add(&text, entry);
    if (!rp_history_keeps(entry) || is_latest(line, rp_buf_str(&text)))
        return RP_OK;
    add_to_history(line->history, rp_buf_str(&text));
    if (line->path == NULL)
        return RP_OK;
    rp_status status = rp_history_append(line->path, entry, err);
    if (rp_failed(status))
        line->path = NULL;
    return status;
}

/* The cursor stands behind what was typed. */
static void end_line(struct rp_prompt_line *line)
{
    (void)fputs(line->interrupted && edits(line->edit) ? "^C\n" : "\n", line->terminal);
    (void)fflush(line->terminal);
}

enum rp_prompt_end rp_prompt_line_read(struct rp_prompt_line *line, const char *prompt,
                                       struct rp_span *out)
{
    int n = 0;

    line->interrupted = false;
    rp_escape_text(line->prompt, sizeof(line->prompt), prompt);
    take_signals(line);
    el_resize(line->edit);
    const char *text = el_gets(line->edit, &n);
    give_signals_back(line);
    if (text == NULL || n <= 0 || line->interrupted) {
        end_line(line);
        return line->interrupted ? RP_PROMPT_INTERRUPTED : RP_PROMPT_LEFT;
    }
    *out = rp_span(text);
    return RP_PROMPT_LINE;
}

void rp_prompt_line_drop_ahead(void)
{
    (void)tcflush(STDIN_FILENO, TCIFLUSH);
}

size_t rp_prompt_line_width(void)
{
    struct winsize size = {0};

    if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}
