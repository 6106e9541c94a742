/* Installed files: relative to the executable, so that a tree can be moved whole. */
#include "installed.h"

#include <sys/stat.h>

#include "rdspass/base/process.h"

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

rp_status rp_installed_ca(const char *name, struct rp_buf *out, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf program = {.max = 4096};
    RP_BUF_AUTO struct rp_buf path = {.max = 4096 + 256};

    RP_TRY(rp_process_directory(RP_KIND_CONFIG, &program, err));
    struct rp_span bin = rp_buf_span(&program);
    rp_buf_add(&path, rp_span_first(bin, rp_span_find_last(bin, '/')));
    rp_buf_add_str(&path, "/share/rdspass/ca");
    if (!is_directory(rp_buf_str(&path))) {
        rp_buf_clear(&path);
        rp_buf_add(&path, bin);
        rp_buf_add_str(&path, "/ca");
    }
    rp_buf_addf(&path, "/%s", name);
    RP_TRY(rp_buf_check(&path, RP_KIND_CONFIG, "the path of the roots", err));
    if (access(rp_buf_str(&path), R_OK) != 0) {
        rp_status status = rp_fail_errno(err, RP_KIND_CONFIG, "cannot read the installed roots, %s",
                                         rp_buf_str(&path));
        rp_hint(err, "install rdspass with its data files (make install), or use --ca-file FILE");
        return status;
    }
    rp_buf_add(out, rp_buf_span(&path));
    return rp_buf_check(out, RP_KIND_CONFIG, "the path of the roots", err);
}
