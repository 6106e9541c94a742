/* The terminal: its signals and characters, through a ppoll(2) of our own, and drawing anew. */
#include "prompt_terminal.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <wchar.h>

enum { CTRL_C = 3, CTRL_D = 4 };

static const int signals[RP_PROMPT_SIGNALS] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
                                               SIGTSTP, SIGCONT, SIGWINCH};

static volatile sig_atomic_t came[RP_PROMPT_SIGNALS];

static struct rp_prompt_terminal *terminal_of(EditLine *edit)
{
    struct rp_prompt_terminal *terminal = NULL;

    (void)el_get(edit, EL_CLIENTDATA, &terminal);
    return terminal;
}

bool rp_prompt_terminal_edits(const struct rp_prompt_terminal *terminal)
{
    int on = 0;

    return el_get(terminal->edit, EL_EDITMODE, &on) == 0 && on != 0;
}

/* --- the line on the screen ---------------------------------------------------------- */

/* How many rows below its first one the cursor stands in the line that is typed. */
static size_t cursor_row(struct rp_prompt_terminal *terminal, size_t columns)
{
    const LineInfo *typed = el_line(terminal->edit);
    const char *const texts[] = {terminal->prompt, typed->buffer};
    const char *const ends[] = {terminal->prompt + strlen(terminal->prompt), typed->cursor};
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
static void draw_again(struct rp_prompt_terminal *terminal)
{
    struct winsize size = {0};

    if (!rp_prompt_terminal_edits(terminal))
        return;
    if (ioctl(fileno(terminal->file), TIOCGWINSZ, &size) == 0 && size.ws_col > 1) {
        size_t row = cursor_row(terminal, size.ws_col);
        if (row > 0)
            (void)fprintf(terminal->file, "\033[%zuA", row);
        /* Not at the first column: tmux would take a wiped screen for history. */
        (void)fputs("\r \033[J\r", terminal->file);
        (void)fflush(terminal->file);
    }
    el_resize(terminal->edit);
    (void)el_set(terminal->edit, EL_REFRESH);
}

/* --- its modes ----------------------------------------------------------------------- */

static void prepare_terminal(struct rp_prompt_terminal *terminal, int for_editing)
{
    if (!rp_prompt_terminal_edits(terminal))
        return;
    (void)el_set(terminal->edit, EL_PREP_TERM, for_editing);
    terminal->ahead = 0;
    if (for_editing)
        (void)ioctl(STDIN_FILENO, FIONREAD, &terminal->ahead);
}

/* --- signals ------------------------------------------------------------------------- */

static void note(int number)
{
    for (size_t i = 0; i < RP_PROMPT_SIGNALS; i++)
        if (signals[i] == number)
            came[i] = 1;
}

void rp_prompt_terminal_take(struct rp_prompt_terminal *terminal)
{
    const struct sigaction action = {.sa_handler = note};
    sigset_t all;

    (void)sigemptyset(&all);
    for (size_t i = 0; i < RP_PROMPT_SIGNALS; i++)
        (void)sigaddset(&all, signals[i]);
    (void)sigprocmask(SIG_BLOCK, &all, &terminal->mask);
    terminal->waiting = terminal->mask;
    for (size_t i = 0; i < RP_PROMPT_SIGNALS; i++) {
        came[i] = 0;
        (void)sigdelset(&terminal->waiting, signals[i]);
        if (sigaction(signals[i], NULL, &terminal->actions[i]) == 0 &&
            terminal->actions[i].sa_handler != SIG_IGN)
            (void)sigaction(signals[i], &action, NULL);
    }
    prepare_terminal(terminal, 1);
}

void rp_prompt_terminal_give_back(const struct rp_prompt_terminal *terminal)
{
    for (size_t i = 0; i < RP_PROMPT_SIGNALS; i++)
        (void)sigaction(signals[i], &terminal->actions[i], NULL);
    (void)sigprocmask(SIG_SETMASK, &terminal->mask, NULL);
}

/* As without us: stops, or ends us, and this thread alone has the terminal in its state. */
static void let_through(struct rp_prompt_terminal *terminal, int number)
{
    const struct sigaction normal = {.sa_handler = SIG_DFL};
    const struct sigaction again = {.sa_handler = note};
    sigset_t set;

    prepare_terminal(terminal, 0);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, number);
    (void)sigaction(number, &normal, NULL);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
    (void)raise(number);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    (void)sigaction(number, &again, NULL);
}

/* After a stop; whoever had the terminal meanwhile has left it as it likes. */
static void resume(struct rp_prompt_terminal *terminal)
{
    prepare_terminal(terminal, 0);
    prepare_terminal(terminal, 1);
    if (rp_prompt_terminal_edits(terminal))
        (void)fputc('\r', terminal->file);
    (void)el_set(terminal->edit, EL_REFRESH);
}

static void act_on(struct rp_prompt_terminal *terminal, int number)
{
    switch (number) {
    case SIGINT:
        terminal->interrupted = true;
        break;
    case SIGTSTP:
        let_through(terminal, number);
        prepare_terminal(terminal, 1);
        break;
    case SIGCONT:
        resume(terminal);
        break;
    case SIGWINCH:
        draw_again(terminal);
        break;
    default:
        let_through(terminal, number);
    }
}

static void act_on_signals(struct rp_prompt_terminal *terminal)
{
    for (size_t i = 0; i < RP_PROMPT_SIGNALS; i++) {
        if (came[i] == 0)
            continue;
        came[i] = 0;
        act_on(terminal, signals[i]);
    }
}

/* --- characters ------------------------------------------------------------------------ */

/* Ctrl-D has become a NUL where it was typed before lines were edited. */
static void count_ahead(struct rp_prompt_terminal *terminal, char *byte)
{
    if (terminal->ahead <= 0)
        return;
    terminal->ahead--;
    if (*byte == '\0')
        *byte = CTRL_D;
}

/* The next byte of the terminal: 1; 0: it ends; -1: an error, or Ctrl-C. */
static int read_byte(struct rp_prompt_terminal *terminal, char *out)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    for (;;) {
        if (ppoll(&input, 1, NULL, &terminal->waiting) < 0) {
            if (errno != EINTR)
                return -1;
            act_on_signals(terminal);
            if (terminal->interrupted)
                return -1;
            continue;
        }
        ssize_t n = read(STDIN_FILENO, out, 1);
        if (n > 0)
            count_ahead(terminal, out);
        if (n >= 0 || errno != EINTR)
            return (int)n;
    }
}

int rp_prompt_terminal_read(EditLine *edit, wchar_t *out)
{
    struct rp_prompt_terminal *terminal = terminal_of(edit);
    mbstate_t state = {0};
    char byte;

    if (terminal->interrupted)
        return -1;
    for (;;) {
        int n = read_byte(terminal, &byte);
        if (terminal->interrupted && rp_prompt_terminal_edits(terminal)) {
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
