/* Token files. */
#include "token_output.h"

#include <sys/stat.h>

#include "rdspass/base/file.h"

enum { EXISTING_MAX = 1024 * 1024 };

rp_status rp_token_write_file(const struct rp_token_format *format, const char *path,
                              struct rp_span text, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf existing = {.max = EXISTING_MAX};
    struct stat st;
    bool found;

    /* What is no regular file is refused below, unread: a FIFO would block. */
    if (format->owns != NULL && lstat(path, &st) == 0 && S_ISREG(st.st_mode))
        RP_TRY(rp_file_read(path, RP_KIND_OUTPUT, &existing, &found, err));
    if (existing.len == 0 || format->owns(rp_buf_span(&existing), text))
        return rp_file_replace(path, text, RP_FILE_PRIVATE, err);
    rp_status status =
        rp_fail(err, RP_KIND_OUTPUT,
                "%s holds other lines than those of this login: it is left as it is", path);
    rp_hint(err, "give the token a file of its own");
    return status;
}
