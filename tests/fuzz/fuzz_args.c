/*
 * Command lines from arbitrary bytes: words end with NUL, the first names the
 * command. What the parser lets through must point into what it was given.
 */
#include <stdlib.h>

#include "cmd/client.h"
#include "cmd/command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS_MAX = 32, TEXT_MAX = 4096 };

static void check_inside(const char *value, const char *text, size_t size)
{
    if (value != NULL && value[0] != '\0' && (value < text || value >= text + size))
        abort();
}

/* What a client is given is complete, or refused as a mistake of the person. */
static void lead(const struct rp_args *args)
{
    static const struct rp_client_place place = {
        .engine = RP_ENGINE_POSTGRES,
        .host = "/run/r",
        .port = "5432",
        .socket = "/run/r/.s.PGSQL.5432",
        .directory = "/run/r",
        .user = "app",
        .database = "",
    };
    RP_STRINGS_AUTO struct rp_strings environment;
    RP_BUF_AUTO struct rp_buf word = {.max = RP_STRINGS_MAX};
    char *const none[] = {NULL};
    const char *const *list = NULL;
    struct rp_error err = {0};

    rp_strings_init(&environment);
    for (size_t i = 0; i < args->client_count; i++)
        rp_client_fill_in(&place, args->client[i], &word);
    if (rp_failed(rp_client_environment(rp_client_find(args->client[0]), &place, args, none,
                                        &environment, &err))) {
        if (err.kind != RP_KIND_USAGE)
            abort();
        return;
    }
    if (rp_failed(rp_strings_list(&environment, &list, &err)) || list[environment.count] != NULL)
        abort();
}

static void parse(const struct rp_command *command, int argc, char *argv[], const char *text,
                  size_t size)
{
    struct rp_error err = {0};
    struct rp_args args;
    uint32_t number = 0;

    if (rp_failed(rp_args_parse(command, argc, argv, &args, &err))) {
        if (err.kind != RP_KIND_USAGE || err.msg[0] == '\0')
            abort();
        return;
    }
    for (int i = 0; i < RP_OPT__COUNT; i++)
        check_inside(args.value[i], text, size);
    for (size_t i = 0; i < args.positional_count; i++)
        check_inside(args.positional[i], text, size);
    for (size_t i = 0; i < args.client_count; i++)
        check_inside(args.client[i], text, size);
    if (args.client_count > 0)
        lead(&args);
    if (!rp_failed(rp_args_number(&args, RP_OPT_MIN_TTL, "min-ttl", 60, 1000, &number, &err)) &&
        number > 1000)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_MAX + 1];
    char *argv[WORDS_MAX + 1];
    int argc = 0;

    if (size > TEXT_MAX)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    for (size_t at = 0; at < size && argc < WORDS_MAX; at += strlen(text + at) + 1)
        argv[argc++] = text + at;
    argv[argc] = NULL;
    const struct rp_command *command = argc == 0 ? NULL : rp_command_find(argv[0]);
    if (command != NULL)
        parse(command, argc - 1, argv + 1, text, size + 1);
    return 0;
}
