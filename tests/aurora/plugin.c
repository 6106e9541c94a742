/*
 * MariaDB's auth_pam_v1, which lies beside this library, under the name that RDS
 * has for its plugin of IAM: accounts then look as they do there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* What MariaDB looks for in a plugin's library; a declaration is as long as the second says. */
int _maria_plugin_interface_version_, _maria_sizeof_struct_st_plugin_;
struct {
    int type;
    void *info;
    const char *name;
    char rest[2048];
} _maria_plugin_declarations_; /* zeros behind the first end the list */

static const void *find(void *library, const char *name)
{
    const void *found = dlsym(library, name);

    if (found == NULL)
        errx(1, "%s", dlerror());
    return found;
}

static __attribute__((constructor)) void take_over(void)
{
    char path[PATH_MAX];
    Dl_info self;

    if (dladdr(&_maria_plugin_declarations_, &self) == 0)
        errx(1, "no path of our own");
    const char *slash = strrchr(self.dli_fname, '/');
    (void)snprintf(path, sizeof(path), "%.*s/auth_pam_v1.so", (int)(slash - self.dli_fname),
                   self.dli_fname);
    void *pam = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (pam == NULL)
        errx(1, "%s", dlerror());
    memcpy(&_maria_plugin_interface_version_, find(pam, "_maria_plugin_interface_version_"),
           sizeof(int));
    memcpy(&_maria_sizeof_struct_st_plugin_, find(pam, "_maria_sizeof_struct_st_plugin_"),
           sizeof(int));
    memcpy(&_maria_plugin_declarations_, find(pam, "_maria_plugin_declarations_"),
           (size_t)_maria_sizeof_struct_st_plugin_);
    _maria_plugin_declarations_.name = "AWSAuthenticationPlugin";
}
