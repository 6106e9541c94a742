/*
 * spawn: times commands against each other, as whole processes.
 *
 *     spawn [-n ROUNDS] ::: NAME [VAR=VALUE…] COMMAND [ARG…] [::: NAME …]…
 *
 * In each round every command runs once, in turn, so that all of them meet the same load; the one
 * that begins changes from round to round. Standard output goes to /dev/null. Time is from just
 * before the start of a process to its end, by CLOCK_MONOTONIC.
 *
 * Prints a line for each command, with tabs between: name, median and least time in µs, peak
 * resident memory in KiB (the largest of all rounds), and as multiples of the first command's: the
 * median, the least, the memory. A command that fails ends everything with exit code 1.
 *
 * To be linked statically: a child's peak memory begins with what its parent held at the start.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 16, ROUNDS_MAX = 5000, VARIABLES_MAX = 256 };

extern char **environ;

struct command {
    const char *name;
    char *const *argv;
    char *env[VARIABLES_MAX + 1];
    double time[ROUNDS_MAX]; /* µs */
    long memory;             /* KiB */
};

static struct command commands[COMMANDS_MAX];
static posix_spawn_file_actions_t actions;

static void die(const char *what, const char *why)
{
    (void)fprintf(stderr, "spawn: %s: %s\n", what, why);
    exit(1);
}

/* Whether it is NAME=…, of a variable: something that a path is not. */
static int is_assignment(const char *word)
{
    size_t n = strcspn(word, "=/");
    return n > 0 && word[n] == '=';
}

/* The environment is ours, with what the words before the command say put over it. */
static void read_command(struct command *command, char **words)
{
    size_t count = 0;
    char **word = words + 1;

    command->name = words[0];
    if (command->name == NULL)
        die(":::", "no name behind it");
    for (; *word != NULL && is_assignment(*word); word++) {
        if (count == VARIABLES_MAX)
            die(command->name, "too many variables");
        command->env[count++] = *word;
    }
    for (char **old = environ; *old != NULL; old++) {
        size_t length = strcspn(*old, "=") + 1;
        int replaced = 0;
        for (char **new = words + 1; new < word; new ++)
            replaced |= strncmp(*new, *old, length) == 0;
        if (!replaced && count == VARIABLES_MAX)
            die(command->name, "too many variables");
        if (!replaced)
            command->env[count++] = *old;
    }
    if (*word == NULL)
        die(command->name, "no command");
    command->argv = word;
}

static double run(struct command *command)
{
    struct timespec start;
    struct timespec end;
    struct rusage usage;
    int status = 0;
    pid_t pid = 0;

    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    int error = posix_spawn(&pid, command->argv[0], &actions, NULL, command->argv, command->env);
    if (error != 0)
        die(command->argv[0], strerror(error));
    while (wait4(pid, &status, 0, &usage) < 0)
        if (errno != EINTR)
            die("wait4", strerror(errno));
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    if (status != 0)
        die(command->name, "failed");
    if (usage.ru_maxrss > command->memory)
        command->memory = usage.ru_maxrss;
    return (double)(end.tv_sec - start.tv_sec) * 1e6 + (double)(end.tv_nsec - start.tv_nsec) / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const struct command *command, size_t rounds)
{
    return (command->time[(rounds - 1) / 2] + command->time[rounds / 2]) / 2;
}

/* Cuts argv at every ":::" and reads what stands between; gives the number of commands. */
static size_t read_commands(int argc, char **argv)
{
    int starts[COMMANDS_MAX];
    size_t count = 0;

    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], ":::") != 0)
            continue;
        if (count == COMMANDS_MAX)
            die("usage", "too many commands");
        starts[count++] = i + 1;
        argv[i] = NULL;
    }
    for (size_t i = 0; i < count; i++)
        read_command(&commands[i], argv + starts[i]);
    return count;
}

static void report(size_t count, size_t rounds)
{
    const struct command *first = &commands[0];

    for (size_t i = 0; i < count; i++)
        qsort(commands[i].time, rounds, sizeof(commands[i].time[0]), compare);
    for (size_t i = 0; i < count; i++) {
        const struct command *command = &commands[i];
        (void)printf(
            "%s\t%.0f\t%.0f\t%ld\t%.3f\t%.3f\t%.3f\n", command->name, median(command, rounds),
            command->time[0], command->memory, median(command, rounds) / median(first, rounds),
            command->time[0] / first->time[0], (double)command->memory / (double)first->memory);
    }
}

int main(int argc, char *argv[])
{
    size_t rounds = 300;

    if (argc > 2 && strcmp(argv[1], "-n") == 0)
        rounds = strtoul(argv[2], NULL, 10);
    if (rounds == 0 || rounds > ROUNDS_MAX)
        die("-n", "not a number from 1 to 5000");
    size_t count = read_commands(argc, argv);
    if (count == 0)
        die("usage", "spawn [-n ROUNDS] ::: NAME [VAR=VALUE…] COMMAND [ARG…] [::: NAME …]…");
    if (posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0)
        die("posix_spawn", "out of memory");
    for (size_t i = 0; i < count; i++) /* files into the cache */
        (void)run(&commands[i]);
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < count; i++) {
            struct command *command = &commands[(round + i) % count];
            command->time[round] = run(command);
        }
    report(count, rounds);
    return 0;
}
