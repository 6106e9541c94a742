/* Files that are installed with the program, found from where it stands. */
#ifndef RP_CMD_INSTALLED_H
#define RP_CMD_INSTALLED_H

#include "rdspass/base/buf.h"

/*
 * The path of an installed file of roots: ../share/rdspass/ca beside bin, or
 * ca/ beside the program in its build directory. RP_KIND_CONFIG where the file
 * is not there.
 */
rp_status rp_installed_ca(const char *name, struct rp_buf *out, struct rp_error *err) RP_MUST_USE;

#endif
