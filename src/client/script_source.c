/* Sources of scripts: reading that a signal can end. */
#include "script_source.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "cancel.h"

/*
 * Waits until there is something to read, or the end of the script was asked for, or
 * the statement that wants it was cancelled, which whoever runs that says better.
 */
static rp_status wait_for(int fd, struct rp_error *err)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = rp_cancel_fd(), .events = POLLIN}};

    while (poll(fds, 2, -1) < 0)
        if (errno != EINTR)
            return rp_fail_errno(err, RP_KIND_INTERNAL, "cannot wait for the script");
    if (rp_cancel_asked() != 0)
        return rp_fail(err, rp_cancel_asked() == SIGINT ? RP_KIND_INTERRUPTED : RP_KIND_TERMINATED,
                       "interrupted");
    return fds[1].revents == 0 ? RP_OK : rp_fail(err, RP_KIND_SQL, "the statement is cancelled");
}

static rp_status read_chunk(struct rp_script_source *source, int fd, struct rp_span *out,
                            struct rp_error *err)
{
    ssize_t n;

    do {
        RP_TRY(wait_for(fd, err));
        n = read(fd, source->chunk, sizeof(source->chunk));
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    if (n < 0)
        return rp_fail_errno(err, RP_KIND_CONFIG, "cannot read %s", source->name);
    *out = (struct rp_span){source->chunk, (size_t)n};
    return RP_OK;
}

rp_status rp_script_source_feed(struct rp_script_source *source, struct rp_error *err)
{
    struct rp_span bytes = rp_span(source->sql);

    if (source->sql == NULL)
        RP_TRY(read_chunk(source, source->fd, &bytes, err));
    source->ended = source->sql != NULL || bytes.n == 0;
    return rp_splitter_feed(&source->splitter, bytes, source->ended, err);
}

/* What stands in the script; empty: its end. */
static rp_status data_of_script(struct rp_script_source *source, struct rp_span *out,
                                struct rp_error *err)
{
    *out = RP_SPAN("");
    while (!source->data_ended && out->n == 0) {
        if (!rp_splitter_data(&source->splitter, out, &source->data_ended) && !source->data_ended)
            RP_TRY(rp_script_source_feed(source, err));
    }
    source->data_came = source->data_came || out->n > 0;
    return RP_OK;
}

rp_status rp_script_source_data(struct rp_script_source *source, struct rp_span *out,
                                struct rp_error *err)
{
    RP_TRY(data_of_script(source, out, err));
    if (out->n > 0 || source->sql == NULL || source->data_came)
        return RP_OK;
    return read_chunk(source, STDIN_FILENO, out, err);
}

rp_status rp_script_source_skip_data(struct rp_script_source *source, struct rp_error *err)
{
    struct rp_span rest = {0};

    do
        RP_TRY(data_of_script(source, &rest, err));
    while (rest.n > 0);
    source->data_came = source->data_ended = false;
    return RP_OK;
}
