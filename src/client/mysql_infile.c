/* Files for LOAD DATA LOCAL, in the form in which libmysqlclient asks for them. */
#include "mysql_infile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>

#include "cancel.h"

/* A file that is sent, or why it is not. */
struct sending {
    int fd; /* -1: none */
    int sys;
    bool refused;
    bool cancelled; /* the statement */
};

static int begin(void **out, const char *name, void *self)
{
    const struct rp_mysql_infile *infile = self;
    struct sending *sending = calloc(1, sizeof(*sending));

    *out = sending;
    if (sending == NULL)
        return 1;
    sending->fd = -1;
    sending->refused = name[0] == '\0' ||
                       memmem(infile->statement.p, infile->statement.n, name, strlen(name)) == NULL;
    if (!sending->refused)
        sending->fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    sending->sys = errno;
    return sending->fd < 0 ? 1 : 0;
}

/* A pipe may stay silent; a statement that is cancelled waits for it no longer. */
static bool wait_for_data(struct sending *sending)
{
    struct pollfd fds[] = {{.fd = sending->fd, .events = POLLIN},
                           {.fd = rp_cancel_fd(), .events = POLLIN}};

    while (poll(fds, 2, -1) < 0)
        if (errno != EINTR)
            return true; /* read(2) says what is wrong */
    sending->cancelled = fds[1].revents != 0;
    return !sending->cancelled;
}

static int go_on(void *self, char *buffer, unsigned int size)
{
    struct sending *sending = self;
    ssize_t n;

    do {
        if (!wait_for_data(sending))
            return -1;
        n = read(sending->fd, buffer, size > INT_MAX ? INT_MAX : size);
    } while (n < 0 && errno == EINTR);
    sending->sys = errno;
    return (int)n;
}

static void end(void *self)
{
    struct sending *sending = self;

    if (sending != NULL && sending->fd >= 0)
        (void)close(sending->fd);
    free(sending);
}

static int explain(void *self, char *text, unsigned int size)
{
    const struct sending *sending = self;

    if (sending == NULL)
        (void)snprintf(text, size, "out of memory");
    else if (sending->refused)
        (void)snprintf(text, size, "the server asks for a file that the statement does not name");
    else if (sending->cancelled)
        (void)snprintf(text, size, "the statement is cancelled");
    else
        (void)snprintf(text, size, "cannot read the file: %s", strerror(sending->sys));
    return CR_UNKNOWN_ERROR;
}

void rp_mysql_infile_guard(struct rp_mysql_infile *infile, MYSQL *mysql)
{
    mysql_set_local_infile_handler(mysql, begin, go_on, end, explain, infile);
}
