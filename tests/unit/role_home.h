/* The AWS CLI's cache of roles in the home of a test, emptied. */
#ifndef ROLE_HOME_H
#define ROLE_HOME_H

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

static void forget_roles(const char *home)
{
    char folder[128];
    char path[512];

    (void)snprintf(folder, sizeof(folder), "%s/.aws/cli/cache", home);
    DIR *directory = opendir(folder);
    for (struct dirent *e; directory != NULL && (e = readdir(directory)) != NULL;) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
        (void)unlink(path);
    }
    if (directory != NULL)
        (void)closedir(directory);
}

#endif
