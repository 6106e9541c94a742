/* Options: the shared tables, and the parser. */
#include "option.h"

#include "command.h"

const struct rp_option rp_target_options[] = {
    {RP_OPT_HOST, "host", "hostname", "h", "HOST", NULL, "endpoint"},
    {RP_OPT_PORT, "port", NULL, "Pp", "PORT", NULL, "port of the endpoint; else its engine's"},
    {RP_OPT_USER, "user", "username", "uU", "USER", NULL, "database user"},
    {RP_OPT_DATABASE, "database", "dbname", "Dd", "NAME", NULL, "database"},
    {RP_OPT_ENGINE, "engine", NULL, "", "ENGINE", "mysql postgres", "where nothing else tells"},
    {RP_OPT_VIA, "via", NULL, "", "HOST:PORT", NULL, "dial this address (a tunnel) instead"},
    {RP_OPT_CA_FILE, "ca-file", NULL, "", "FILE", NULL, "trust these roots, not the built-in ones"},
    RP_OPTIONS_END,
};

const struct rp_option rp_aws_options[] = {
    {RP_OPT_REGION, "region", NULL, "", "REGION", NULL, "region of the database"},
    {RP_OPT_PROFILE, "profile", NULL, "", "NAME", NULL, "profile of the AWS files"},
    {RP_OPT_ROLE_ARN, "role-arn", NULL, "", "ARN...", NULL, "take this role; several, in order"},
    {RP_OPT_EXTERNAL_ID, "external-id", NULL, "", "ID", NULL, "the last of them asks for it"},
    {RP_OPT_ROLE_SESSION_NAME, "role-session-name", NULL, "", "NAME", NULL,
     "of the sessions of roles, as CloudTrail shows it"},
    {RP_OPT_MFA_CODE, "mfa-code", NULL, "", "CODE", NULL, "of the MFA device, for a role"},
    {RP_OPT_MFA_COMMAND, "mfa-command", NULL, "", "COMMAND", NULL, "prints such a code"},
    {RP_OPT_NO_CACHE, "no-cache", NULL, "", NULL, NULL, "leave the AWS CLI's cache of roles alone"},
    RP_OPTIONS_END,
};

const struct rp_option rp_login_options[] = {
    {RP_OPT_CONNECT_TIMEOUT, "connect-timeout", NULL, "", "SECONDS", NULL,
     "for one attempt to reach the server and log in (10)"},
    {RP_OPT_WAIT, "wait", NULL, "", "SECONDS", NULL,
     "keep trying while the server is not ready (0)"},
    RP_OPTIONS_END,
};

const struct rp_option rp_common_options[] = {
    {RP_OPT_QUIET, "quiet", NULL, "q", NULL, NULL, "no warnings"},
    {RP_OPT_VERBOSE, "verbose", NULL, "v", NULL, NULL, "say what was decided and why"},
    {RP_OPT_HELP, "help", NULL, "?", NULL, NULL, "show this help"},
    {RP_OPT_VERSION, "version", NULL, "", NULL, NULL, "show the version"},
    RP_OPTIONS_END,
};

void rp_command_each_option(const struct rp_command *command, rp_option_visit_fn *visit, void *self)
{
    for (size_t i = 0; i < RP_GROUPS_MAX && command->groups[i] != NULL; i++)
        for (const struct rp_option *o = command->groups[i]; o->name != NULL; o++)
            visit(self, o);
}

/* A name that is looked for, and the option that has it. */
struct lookup {
    struct rp_span name;
    bool is_long;
    const struct rp_option *found;
};

static void match(void *self, const struct rp_option *option)
{
    struct lookup *lookup = self;

    if (lookup->is_long ? rp_span_is(lookup->name, option->name) ||
                              (option->also != NULL && rp_span_is(lookup->name, option->also))
                        : strchr(option->shorts, lookup->name.p[0]) != NULL)
        lookup->found = option;
}

/* The words of argv that are not yet read. */
struct words {
    char *const *next;
    char *const *end;
};

static rp_status fail_without_value(const char *shown, struct rp_error *err)
{
    rp_status status = rp_fail(err, RP_KIND_USAGE, "%s needs a value", shown);

    if (rp_span_is(rp_span(shown), "-p"))
        rp_hint(err, "-p is the port here; no password is needed");
    return status;
}

/* "-pPASSWORD", as mysql's users type it; what they typed is not quoted. */
static rp_status check_short_p(const char *value, struct rp_error *err)
{
    if (rp_is_digit(value[0]))
        return RP_OK;
    rp_status status = rp_fail(err, RP_KIND_USAGE, "-p: a port is a number from 1 to 65535");
    rp_hint(err, "-p is the port here; no password is needed");
    return status;
}

static bool may_lack_value(const struct rp_option *option)
{
    return option->arg == NULL || option->arg[0] == '[';
}

static bool repeats(const struct rp_option *option)
{
    return option->arg != NULL && rp_span_ends(rp_span(option->arg), "...");
}

/* Notes what was given: the last of several counts, or all of them. */
static rp_status note(const struct rp_option *option, const char *value, struct rp_args *out,
                      struct rp_error *err)
{
    out->value[option->id] = value;
    if (!repeats(option))
        return RP_OK;
    if (out->repeated_count == RP_REPEATED_MAX)
        return rp_fail(err, RP_KIND_USAGE, "--%s is given more than %d times", option->name,
                       RP_REPEATED_MAX);
    out->repeated[out->repeated_count].id = option->id;
    out->repeated[out->repeated_count++].value = value;
    return RP_OK;
}

/* A word that stands where a value could: "-" is one, and so is SQL that begins with a comment. */
static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' &&
           (word[1] != '-' || word[2] == '\0' || strchr(" \t\r\n", word[2]) == NULL);
}

/* "--tcp 15432": a number that is no target, and would be taken for one. */
static rp_status check_behind(const char *shown, const struct words *words, struct rp_error *err)
{
    uint32_t number;

    if (words->next == words->end || !rp_span_to_uint(rp_span(words->next[0]), UINT32_MAX, &number))
        return RP_OK;
    rp_status status = rp_fail(err, RP_KIND_USAGE, "%s: its value stands behind a '='", shown);
    rp_hint(err, "%s=%s", shown, words->next[0]);
    return status;
}

/* Takes the value of an option: attached, or the next word. `shown` is how it was written. */
static rp_status take_value(const struct rp_option *option, const char *shown, const char *attached,
                            struct words *words, struct rp_args *out, struct rp_error *err)
{
    const char *value = attached;

    if (option->arg == NULL && attached != NULL)
        return rp_fail(err, RP_KIND_USAGE, "%s takes no value", shown);
    if (value == NULL && may_lack_value(option)) {
        if (option->arg != NULL)
            RP_TRY(check_behind(shown, words, err));
        value = "";
    } else if (value == NULL) {
        if (words->next == words->end || is_option(words->next[0]))
            return fail_without_value(shown, err);
        value = *words->next++;
    }
    if (rp_span_is(rp_span(shown), "-p"))
        RP_TRY(check_short_p(value, err));
    if (option->values != NULL && !rp_span_is_word_of(rp_span(value), option->values)) {
        rp_status status = rp_fail(err, RP_KIND_USAGE, "%s: \"%s\" is not known", shown, value);
        rp_hint(err, "it is one of: %s", option->values);
        return status;
    }
    return note(option, value, out, err);
}

static rp_status fail_unknown(const struct rp_command *command, const char *shown,
                              struct rp_error *err)
{
    rp_status status = rp_fail(err, RP_KIND_USAGE, "unknown option %s", shown);

    rp_hint(err, "%srdspass %s --help lists %s",
            command->run_client == NULL ? "" : "options of the client stand behind --; ",
            command->name, command->run_client == NULL ? "the options" : "the others");
    return status;
}

/* "--name" or "--name=value" */
static rp_status parse_long(const struct rp_command *command, const char *word, struct words *words,
                            struct rp_args *out, struct rp_error *err)
{
    struct rp_span text = rp_span(word + 2);
    size_t equals = rp_span_find(text, '=');
    const char *attached = equals == text.n ? NULL : text.p + equals + 1;
    struct lookup lookup = {.name = rp_span_first(text, equals), .is_long = true};
    char shown[64];

    (void)snprintf(shown, sizeof(shown), "--%.*s", RP_SPAN_ARGS(rp_span_first(lookup.name, 60)));
    rp_command_each_option(command, match, &lookup);
    if (lookup.found == NULL)
        return fail_unknown(command, shown, err);
    return take_value(lookup.found, shown, attached, words, out, err);
}

/* "-x", "-xVALUE", "-xyz" for flags x, y and z */
static rp_status parse_shorts(const struct rp_command *command, const char *word,
                              struct words *words, struct rp_args *out, struct rp_error *err)
{
    for (const char *c = word + 1; *c != '\0'; c++) {
        struct lookup lookup = {.name = {c, 1}};
        char shown[] = {'-', *c, '\0'};

        rp_command_each_option(command, match, &lookup);
        if (lookup.found == NULL)
            return fail_unknown(command, shown, err);
        if (lookup.found->arg != NULL)
            return take_value(lookup.found, shown, c[1] == '\0' ? NULL : c + 1, words, out, err);
        RP_TRY(take_value(lookup.found, shown, NULL, words, out, err));
    }
    return RP_OK;
}

static rp_status fail_surplus(const struct rp_command *command, const char *word,
                              struct rp_error *err)
{
    rp_status status = rp_fail(err, RP_KIND_USAGE, "too many arguments: \"%s\"", word);

    if (command->takes_client)
        rp_hint(err, "the client and its arguments stand behind --");
    return status;
}

rp_status rp_args_parse(const struct rp_command *command, int argc, char *const argv[],
                        struct rp_args *out, struct rp_error *err)
{
    struct words words = {argv, argv + argc};
    bool options_ended = false;

    *out = (struct rp_args){0};
    while (words.next != words.end) {
        const char *word = *words.next++;
        if (options_ended || word[0] != '-' || word[1] == '\0') {
            if (out->positional_count == command->arguments_max)
                return fail_surplus(command, word, err);
            out->positional[out->positional_count++] = word;
        } else if (word[1] != '-') {
            RP_TRY(parse_shorts(command, word, &words, out, err));
        } else if (word[2] != '\0') {
            RP_TRY(parse_long(command, word, &words, out, err));
        } else if (command->takes_client) {
            out->client = words.next;
            out->client_count = (size_t)(words.end - words.next);
            break;
        } else {
            options_ended = true;
        }
    }
    return RP_OK;
}

const char *rp_args_next(const struct rp_args *args, enum rp_opt id, size_t *index)
{
    while (*index < args->repeated_count) {
        size_t at = (*index)++;
        if (args->repeated[at].id == id)
            return args->repeated[at].value;
    }
    return NULL;
}

rp_status rp_args_number(const struct rp_args *args, enum rp_opt id, const char *name,
                         uint32_t fallback, uint32_t max, uint32_t *out, struct rp_error *err)
{
    *out = fallback;
    if (args->value[id] == NULL || rp_span_to_uint(rp_span(args->value[id]), max, out))
        return RP_OK;
    return rp_fail(err, RP_KIND_USAGE, "--%s: \"%s\" is not a number from 0 to %u", name,
                   args->value[id], max);
}
