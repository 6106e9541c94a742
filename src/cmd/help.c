/* The help command, and the tables as text: for people, and for scripts/completions. */
#include "command.h"

static void add_padded(struct rp_buf *out, const char *text, size_t width)
{
    size_t n = strlen(text);

    rp_buf_add_str(out, text);
    do
        rp_buf_add_char(out, ' ');
    while (++n < width);
}

void rp_help_program(struct rp_buf *out)
{
    rp_buf_add_str(out,
                   "Usage: rdspass COMMAND [OPTIONS] [TARGET] [DATABASE] [-- CLIENT [ARG...]]\n\n"
                   "Log in to Amazon Aurora, RDS, RDS Proxy and Aurora DSQL with AWS IAM.\n\n");
    for (const struct rp_command *const *c = rp_commands; *c != NULL; c++) {
        rp_buf_add_str(out, "  ");
        add_padded(out, (*c)->name, 10);
        rp_buf_add_str(out, (*c)->summary);
        rp_buf_add_char(out, '\n');
    }
    rp_buf_add_str(out, "\nrdspass COMMAND --help shows its options; man rdspass says it all.\n");
}

/* "  -P, -p, --port PORT   help"; what is long moves the help to the right. */
static void add_option_help(void *self, const struct rp_option *option)
{
    struct rp_buf *out = self;
    RP_BUF_AUTO struct rp_buf left = {.max = 512};

    rp_buf_add_str(&left, "  ");
    for (const char *c = option->shorts; *c != '\0'; c++)
        rp_buf_addf(&left, "-%c, ", *c);
    rp_buf_addf(&left, "--%s", option->name);
    if (option->arg != NULL)
        rp_buf_addf(&left, option->arg[0] == '[' ? "[=%s" : " %s",
                    option->arg[0] == '[' ? option->arg + 1 : option->arg);
    add_padded(out, rp_buf_str(&left), 28);
    if (left.state != RP_BUF_FINE)
        out->state = left.state;
    rp_buf_add_str(out, option->help);
    if (option->values != NULL)
        rp_buf_addf(out, ": %s", option->values);
    rp_buf_add_char(out, '\n');
}

/* Broken between words, where it is wider than a terminal. */
static void add_usage(struct rp_buf *out, const struct rp_command *command)
{
    enum { WIDTH = 80 };
    struct rp_span arguments = rp_span(command->arguments);
    struct rp_span word;
    size_t start = out->len;

    rp_buf_addf(out, "Usage: rdspass %s [OPTIONS]", command->name);
    while (rp_span_split(&arguments, ' ', &word) && word.n > 0) {
        if (out->len - start + 1 + word.n > WIDTH) {
            start = out->len + 1;
            rp_buf_add_str(out, "\n      ");
        }
        rp_buf_add_char(out, ' ');
        rp_buf_add(out, word);
    }
}

void rp_help_command(const struct rp_command *command, struct rp_buf *out)
{
    if (command == &rp_command_help) {
        rp_help_program(out);
        return;
    }
    add_usage(out, command);
    rp_buf_addf(out, "\n\n%s.\n\n", command->summary);
    rp_command_each_option(command, add_option_help, out);
    rp_buf_addf(out, "\nman rdspass-%s says more.\n", command->name);
}

/* A table and the command that it is being written for. */
struct table {
    struct rp_buf *out;
    const struct rp_command *command;
};

static void add_option_row(void *self, const struct rp_option *option)
{
    const struct table *table = self;

    rp_buf_addf(table->out, "option\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", table->command->name,
                option->name, option->also == NULL ? "" : option->also, option->shorts,
                option->arg == NULL ? "" : option->arg,
                option->values == NULL ? "" : option->values, option->help);
}

void rp_help_tables(struct rp_buf *out)
{
    for (const struct rp_command *const *c = rp_commands; *c != NULL; c++) {
        struct table table = {out, *c};
        rp_buf_addf(out, "command\t%s\t%s\t%s\n", (*c)->name, (*c)->arguments, (*c)->summary);
        rp_command_each_option(*c, add_option_row, &table);
    }
    for (int kind = RP_KIND_NONE; kind < RP_KIND__COUNT; kind++) {
        const struct rp_kind_info *info = rp_kind_info((enum rp_kind)kind);
        rp_buf_addf(out, "exit\t%d\t%s\n", info->exit_code, info->name);
    }
}

static rp_status run(const struct rp_context *ctx, const struct rp_args *args, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_OUTPUT_MAX};
    const char *topic = args->positional[0];

    (void)ctx;
    if (args->positional_count == 0) {
        rp_help_program(&out);
    } else if (rp_span_is(rp_span(topic), "--tables")) {
        rp_help_tables(&out);
    } else {
        const struct rp_command *command = rp_command_find(topic);
        if (command == NULL)
            return rp_command_fail_unknown(topic, err);
        rp_help_command(command, &out);
    }
    return rp_print(&out, err);
}

const struct rp_command rp_command_help = {
    .name = "help",
    .summary = "Show what there is, or the options of a command",
    .arguments = "[COMMAND]",
    .arguments_max = 1,
    .groups = {rp_common_options},
    .run = run,
};
