/*
 * The terminal: the line that was typed and nothing of it on the screen, and a
 * terminal as it was, whatever signal ends or stops the one that asks.
 *
 * On the terminal of its own that each case gets sits what a shell would be,
 * which runs the asker as a job in the foreground and tells how it fares; we are
 * at the other end, as the person.
 */
#include "rdspass/base/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "rdspass/base/buf.h"
#include "tap.h"

enum { SOON_MS = 20000 }; /* generous: a loaded machine must not fail a test */

/* How an asker ends. */
enum { ANSWERED = 10, REFUSED, WRONG };

struct stage {
    int person;  /* our end of the terminal */
    int reports; /* what waitpid says of the asker, an int at a time */
    pid_t shell;
    pid_t asker;
    struct rp_buf screen;
};

static int ask_for_code(void)
{
    RP_SECRET_AUTO struct rp_secret answer = {0};
    struct rp_error err = {0};

    if (rp_failed(rp_terminal_ask("Code? ", &answer, &err)))
        return err.kind == RP_KIND_CREDENTIALS ? REFUSED : WRONG;
    return rp_span_is(rp_secret_reveal(&answer), "123456") ? ANSWERED : WRONG;
}

static void to_foreground(int tty, pid_t group)
{
    sigset_t output;

    (void)sigemptyset(&output);
    (void)sigaddset(&output, SIGTTOU);
    (void)sigprocmask(SIG_BLOCK, &output, NULL);
    (void)tcsetpgrp(tty, group);
    (void)sigprocmask(SIG_UNBLOCK, &output, NULL);
}

/* A job control of one job, which stays in front, also while it is stopped. */
static void be_shell(int tty, int reports)
{
    int status;

    (void)setsid();
    (void)ioctl(tty, TIOCSCTTY, 0);
    pid_t asker = fork();
    if (asker == 0) {
        (void)setpgid(0, 0);
        to_foreground(tty, getpid());
        _exit(ask_for_code());
    }
    (void)!write(reports, &asker, sizeof(asker));
    while (waitpid(asker, &status, WUNTRACED) == asker) {
        (void)!write(reports, &status, sizeof(status));
        if (!WIFSTOPPED(status))
            _exit(0);
    }
    _exit(1);
}

static void set_up(struct stage *stage)
{
    int reports[2];

    *stage = (struct stage){.person = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC),
                            .screen.max = 1 << 16};
    if (stage->person < 0 || grantpt(stage->person) != 0 || unlockpt(stage->person) != 0 ||
        pipe2(reports, O_CLOEXEC) != 0)
        abort();
    int tty = open(ptsname(stage->person), O_RDWR | O_NOCTTY | O_CLOEXEC);
    (void)fflush(stdout);
    stage->shell = fork();
    if (stage->shell == 0)
        be_shell(tty, reports[1]);
    (void)close(tty);
    (void)close(reports[1]);
    stage->reports = reports[0];
    if (read(stage->reports, &stage->asker, sizeof(stage->asker)) != sizeof(stage->asker))
        abort();
}

static void tear_down(struct stage *stage)
{
    (void)kill(stage->asker, SIGKILL);
    (void)waitpid(stage->shell, NULL, 0);
    (void)close(stage->person);
    (void)close(stage->reports);
    rp_buf_release(&stage->screen);
}

/* Reads the screen until its new part has that text. */
static bool appears(struct stage *stage, const char *text)
{
    struct pollfd screen = {.fd = stage->person, .events = POLLIN};

    rp_buf_clear(&stage->screen);
    while (strstr(rp_buf_str(&stage->screen), text) == NULL) {
        char *room = rp_buf_room(&stage->screen, 64);
        if (room == NULL || poll(&screen, 1, SOON_MS) <= 0)
            return false;
        ssize_t n = read(stage->person, room, 64);
        if (n <= 0)
            return false;
        rp_buf_added(&stage->screen, (size_t)n);
    }
    return true;
}

static bool is_shown(const struct stage *stage)
{
    struct termios state;
    return tcgetattr(stage->person, &state) == 0 && (state.c_lflag & ECHO) != 0;
}

static void type(const struct stage *stage, const char *text)
{
    (void)!write(stage->person, text, strlen(text));
}

/* What becomes of the asker next. */
static int next_report(const struct stage *stage)
{
    struct pollfd reports = {.fd = stage->reports, .events = POLLIN};
    int status = -1;

    if (poll(&reports, 1, SOON_MS) <= 0 ||
        read(stage->reports, &status, sizeof(status)) != (ssize_t)sizeof(status))
        return -1;
    return status;
}

static void check_end(const struct stage *stage, int code, const char *name)
{
    int status = next_report(stage);

    OK(WIFEXITED(status) && WEXITSTATUS(status) == code, "%s: ends with %d (status %d)", name, code,
       status);
    OK(is_shown(stage), "%s: the terminal shows what is typed again", name);
}

static void test_answer(void)
{
    struct stage stage;

    set_up(&stage);
    OK(appears(&stage, "Code? "), "the question is asked");
    OK(!is_shown(&stage), "what is typed is not shown");
    type(&stage, "123456\n");
    OK(appears(&stage, "\n"), "the line ends on the screen");
    IS_STR(rp_buf_str(&stage.screen), "\r\n", "which has nothing of what was typed");
    check_end(&stage, ANSWERED, "an answer");
    tear_down(&stage);
}

/* Parts of a line come as the terminal gives them: ^D sends what is there. */
static void test_pieces(void)
{
    struct stage stage;

    set_up(&stage);
    OK(appears(&stage, "Code? "), "the question is asked");
    type(&stage, "12\0043456\n");
    check_end(&stage, ANSWERED, "in pieces");
    tear_down(&stage);
}

static void test_no_answer(const char *typed, const char *name)
{
    struct stage stage;

    set_up(&stage);
    OK(appears(&stage, "Code? "), "the question is asked");
    type(&stage, typed);
    check_end(&stage, REFUSED, name);
    tear_down(&stage);
}

static void test_too_long(void)
{
    char line[RP_TERMINAL_ANSWER_MAX + 3];

    (void)memset(line, 'x', sizeof(line) - 2);
    (void)memcpy(line + sizeof(line) - 2, "\n", 2);
    test_no_answer(line, "a line that is too long");
}

static void test_ended_by(int number, const char *typed, const char *name)
{
    struct stage stage;

    set_up(&stage);
    OK(appears(&stage, "Code? "), "the question is asked");
    if (typed != NULL)
        type(&stage, typed);
    else
        (void)kill(stage.asker, number);
    int status = next_report(&stage);
    OK(WIFSIGNALED(status) && WTERMSIG(status) == number, "%s: ended by signal %d (status %d)",
       name, number, status);
    OK(is_shown(&stage), "%s: the terminal is as it was", name);
    tear_down(&stage);
}

static void test_stop(void)
{
    struct stage stage;

    set_up(&stage);
    OK(appears(&stage, "Code? "), "the question is asked");
    type(&stage, "12\032"); /* ^Z */
    int status = next_report(&stage);
    OK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP, "^Z stops (status %d)", status);
    OK(is_shown(&stage), "while stopped the terminal is as it was");
    (void)kill(stage.asker, SIGCONT);
    OK(appears(&stage, "Code? "), "the question is asked again");
    OK(!is_shown(&stage), "and what is typed is not shown");
    type(&stage, "123456\n");
    check_end(&stage, ANSWERED, "after a stop");
    tear_down(&stage);
}

static void test_nobody(void)
{
    int status = -1;

    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        (void)setsid();
        _exit(ask_for_code());
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        abort();
    OK(WIFEXITED(status) && WEXITSTATUS(status) == REFUSED, "without a terminal it fails at once");
}

int main(void)
{
    /* Who started us in the background may have had them ignored. */
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGQUIT, SIG_DFL);

    test_answer();
    test_pieces();
    test_no_answer("\n", "an empty line");
    test_no_answer("\004", "end of file");
    test_too_long();
    test_ended_by(SIGINT, "\003", "^C");
    test_ended_by(SIGQUIT, "12\034", "^\\");
    test_ended_by(SIGTERM, NULL, "SIGTERM");
    test_ended_by(SIGUSR1, NULL, "SIGUSR1");
    test_ended_by(SIGHUP, NULL, "SIGHUP");
    test_stop();
    test_nobody();
    return tap_done();
}
