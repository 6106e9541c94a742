/*
 * The terminal: a question, and one line that is not shown.
 *
 * Signals that would end or stop us wait at a signalfd while the terminal shows
 * nothing. One that comes gets the terminal back first and then its way; where
 * that was a stop, the question is asked again when we go on.
 */
#include "rdspass/base/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "rdspass/base/file.h"

/* One question. */
struct question {
    const char *prompt;
    int tty;
    int signals; /* signalfd */
    struct termios shown;
    sigset_t before;
    struct rp_buf line;
};

/* Faults of the program itself, and what does nothing unless somebody wants it, do not wait. */
static const int never_held[] = {SIGSEGV, SIGBUS,  SIGILL,   SIGFPE, SIGTRAP,
                                 SIGSYS,  SIGCHLD, SIGWINCH, SIGURG};

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) != 0 || action.sa_handler == SIG_IGN;
}

/* Those that reach us now and would do something to us, and the end of a stop. */
static sigset_t to_hold(const sigset_t *blocked)
{
    sigset_t held;

    (void)sigfillset(&held);
    for (int number = 1; number <= SIGRTMAX; number++)
        if (sigismember(blocked, number) == 1 || is_ignored(number))
            (void)sigdelset(&held, number);
    for (size_t i = 0; i < sizeof(never_held) / sizeof(never_held[0]); i++)
        (void)sigdelset(&held, never_held[i]);
    return held;
}

/* What was typed ahead is dropped. Nothing here waits for the terminal: signals do not come. */
static bool hide(const struct question *question)
{
    struct termios hidden = question->shown;

    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    hidden.c_lflag |= ICANON | ISIG;
    hidden.c_iflag |= ICRNL;
    return tcsetattr(question->tty, TCSANOW, &hidden) == 0 && tcflush(question->tty, TCIFLUSH) == 0;
}

/* The line that the person ended, or that we end, is not on the screen. */
static void show(const struct question *question)
{
    (void)!write(question->tty, "\n", 1);
    (void)tcsetattr(question->tty, TCSANOW, &question->shown);
}

static rp_status begin(struct question *question, struct rp_error *err)
{
    sigset_t held;

    (void)sigprocmask(SIG_SETMASK, NULL, &question->before);
    /* Not blocking: a line that somebody else reads before us is waited for again. */
    question->tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (question->tty < 0)
        return rp_fail(err, RP_KIND_CREDENTIALS, "there is no terminal to ask at");
    held = to_hold(&question->before);
    question->signals = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
    if (question->signals < 0)
        return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot wait for signals");
    (void)sigprocmask(SIG_BLOCK, &held, NULL);
    return RP_OK;
}

static void end(struct question *question)
{
    rp_fd_close(&question->signals);
    rp_fd_close(&question->tty);
    rp_buf_release(&question->line);
    (void)sigprocmask(SIG_SETMASK, &question->before, NULL);
}

/*
 * Lets a signal that was held do what it does; returns where that leaves us
 * alive. Where it stopped us, what made us go on has been seen by that.
 */
static void let_happen(int number)
{
    const struct timespec at_once = {0};
    sigset_t one;

    (void)sigemptyset(&one);
    (void)sigaddset(&one, number);
    (void)raise(number);
    (void)sigprocmask(SIG_UNBLOCK, &one, NULL);
    (void)sigprocmask(SIG_BLOCK, &one, NULL);
    (void)sigemptyset(&one);
    (void)sigaddset(&one, SIGCONT);
    (void)sigtimedwait(&one, NULL, &at_once);
}

/* A job in the background waits, as any that uses the terminal, to be brought to the front. */
static rp_status come_to_front(const struct question *question, struct rp_error *err)
{
    if (tcgetpgrp(question->tty) == getpgrp())
        return RP_OK;
    let_happen(SIGTTOU);
    if (tcgetpgrp(question->tty) == getpgrp())
        return RP_OK;
    return rp_fail(err, RP_KIND_CREDENTIALS,
                   "there is no terminal to ask at: this is a job in the "
                   "background");
}

static rp_status put(struct question *question, struct rp_error *err)
{
    RP_TRY(come_to_front(question, err));
    rp_buf_clear(&question->line);
    bool known = tcgetattr(question->tty, &question->shown) == 0;
    if (known && hide(question) &&
        write(question->tty, question->prompt, strlen(question->prompt)) >= 0)
        return RP_OK;
    rp_status status = rp_fail_errno(err, RP_KIND_CREDENTIALS, "cannot ask at the terminal");
    if (known)
        show(question);
    return status;
}

/* Takes what was typed. *out_whole: there is a line end. */
static rp_status take(struct question *question, bool *out_whole, struct rp_error *err)
{
    size_t left = question->line.max - question->line.len;
    char *room = rp_buf_room(&question->line, left);

    if (left == 0) {
        (void)tcflush(question->tty, TCIFLUSH); /* the rest is for nobody else */
        return rp_fail(err, RP_KIND_CREDENTIALS, "what was typed is longer than %d bytes",
                       RP_TERMINAL_ANSWER_MAX);
    }
    if (room == NULL)
        return rp_fail_memory(err);
    ssize_t n = read(question->tty, room, left);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return RP_OK;
    if (n < 0)
        return rp_fail_errno(err, RP_KIND_CREDENTIALS, "cannot read from the terminal");
    if (n == 0)
        return rp_fail(err, RP_KIND_CREDENTIALS, "nothing was typed");
    rp_buf_added(&question->line, (size_t)n);
    *out_whole = rp_span_ends(rp_buf_span(&question->line), "\n");
    return RP_OK;
}

/* One signal that came, with the terminal as it was. */
static rp_status take_signal(struct question *question, struct rp_error *err)
{
    struct signalfd_siginfo info;

    if (read(question->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return RP_OK;
    show(question);
    let_happen((int)info.ssi_signo);
    return put(question, err);
}

/* Waits for a whole line, whatever comes in between; leaves the terminal as it was. */
static rp_status wait_for_line(struct question *question, struct rp_error *err)
{
    struct pollfd ends[] = {{.fd = question->signals, .events = POLLIN},
                            {.fd = question->tty, .events = POLLIN}};
    rp_status status = RP_OK;
    bool whole = false;

    while (!whole && !rp_failed(status)) {
        if (poll(ends, 2, -1) < 0)
            continue;
        if (ends[0].revents != 0)
            RP_TRY(take_signal(question, err));
        else
            status = take(question, &whole, err);
    }
    show(question);
    return status;
}

static rp_status ask(struct question *question, struct rp_secret *out_answer, struct rp_error *err)
{
    RP_TRY(begin(question, err));
    RP_TRY(put(question, err));
    RP_TRY(wait_for_line(question, err));
    struct rp_span line = rp_buf_span(&question->line);
    if (line.n == 1)
        return rp_fail(err, RP_KIND_CREDENTIALS, "nothing was typed");
    return rp_secret_set(out_answer, rp_span_first(line, line.n - 1), err);
}

rp_status rp_terminal_ask(const char *prompt, struct rp_secret *out_answer, struct rp_error *err)
{
    __attribute__((cleanup(end))) struct question question = {
        .prompt = prompt, .tty = -1, .signals = -1, .line.max = RP_TERMINAL_ANSWER_MAX + 1};

    return ask(&question, out_answer, err);
}
