/* Lines: libedit, its keys, the history. */
#include "prompt_line.h"

#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "prompt_history.h"
#include "prompt_terminal.h"
#include "rdspass/base/file.h"

struct rp_prompt_line {
    struct rp_prompt_terminal terminal;
    History *history;
    const char *path;      /* of the history; NULL: none */
    struct termios before; /* the terminal as it was */
    bool has_before;
};

/* --- libedit ------------------------------------------------------------------------- */

static char *give_prompt(EditLine *edit)
{
    struct rp_prompt_terminal *terminal = NULL;

    (void)el_get(edit, EL_CLIENTDATA, &terminal);
    return terminal->prompt;
}

static unsigned char go_to_end(EditLine *edit, int key)
{
    const LineInfoW *typed = el_wline(edit);

    (void)key;
    (void)el_cursor(edit, (int)(typed->lastchar - typed->cursor));
    return CC_REFRESH;
}

/* Text is UTF-8 here, whatever the locale says; its own one is kept where it agrees. */
static void choose_locale(void)
{
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
}

/* Keys that libedit has no name for, as most terminals send them, or that it has otherwise. */
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
    struct rp_prompt_terminal *terminal = &line->terminal;
    HistEvent event;

    terminal->file = isatty(STDOUT_FILENO) == 1 ? stdout : stderr; /* what is asked is no result */
    line->has_before = tcgetattr(STDIN_FILENO, &line->before) == 0;
    EditLine *edit = el_init("rdspass", stdin, terminal->file, stderr);
    terminal->edit = edit;
    line->history = history_init();
    if (edit == NULL || line->history == NULL)
        return false;
    (void)history(line->history, &event, H_SETSIZE, RP_HISTORY_ENTRIES);
    (void)history(line->history, &event, H_SETUNIQUE, 1);
    (void)el_set(edit, EL_CLIENTDATA, terminal);
    (void)el_set(edit, EL_PROMPT, give_prompt);
    (void)el_set(edit, EL_SIGNAL, 0);
    (void)el_set(edit, EL_EDITOR, "emacs");
    (void)el_set(edit, EL_HIST, history, line->history);
    bind_keys(edit);
    (void)el_set(edit, EL_GETCFN, rp_prompt_terminal_read);
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

/* libedit would drop what was typed ahead, which is for whoever has the terminal next. */
static void end_editing(const struct rp_prompt_line *line)
{
    (void)el_set(line->terminal.edit, EL_EDITMODE, 0);
    el_end(line->terminal.edit);
    if (line->has_before)
        (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &line->before);
}

void rp_prompt_line_free(struct rp_prompt_line *line)
{
    if (line->terminal.edit != NULL)
        end_editing(line);
    if (line->history != NULL)
        history_end(line->history);
    free(line);
}

/* --- the history --------------------------------------------------------------------- */

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

/* --- lines --------------------------------------------------------------------------- */

/* The cursor stands behind what was typed. */
static void end_line(const struct rp_prompt_terminal *terminal)
{
    bool shows = terminal->interrupted && rp_prompt_terminal_edits(terminal);

    (void)fputs(shows ? "^C\n" : "\n", terminal->file);
    (void)fflush(terminal->file);
}

enum rp_prompt_end rp_prompt_line_read(struct rp_prompt_line *line, const char *prompt,
                                       struct rp_span *out)
{
    struct rp_prompt_terminal *terminal = &line->terminal;
    int n = 0;

    terminal->interrupted = false;
    rp_escape_text(terminal->prompt, sizeof(terminal->prompt), prompt);
    rp_prompt_terminal_take(terminal);
    el_resize(terminal->edit);
    const char *text = el_gets(terminal->edit, &n);
    rp_prompt_terminal_give_back(terminal);
    if (text == NULL || n <= 0 || terminal->interrupted) {
        end_line(terminal);
        return terminal->interrupted ? RP_PROMPT_INTERRUPTED : RP_PROMPT_LEFT;
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
