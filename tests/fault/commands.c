/*
 * Whole commands, run again and again with their 1st, 2nd, 3rd, … call failing,
 * until they come to their end without meeting the failure. Each run must
 *
 *   - end with the result of an undisturbed run, or else
 *   - with an exit code of rdspass(1) and an error line, with no result at all,
 *     the file to be written as it was, and nothing left beside it.
 *
 * Under the sanitizers a leak on such a path fails, too.
 */
#include "calls.h"

#include <dirent.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "rdspass/base/file.h"
#include "tap.h"

int rdspass_main(int argc, char *argv[]);

enum { TEXT_MAX = 1 << 20, ARGS_MAX = 24, CALLS_MAX = 20000 };

#define HOST "shop.cluster-abc123xyz.eu-central-1.rds.amazonaws.com"
#define OUT "out/result"

struct scenario {
    const char *name;
    const char *argv[ARGS_MAX];
    bool writes; /* to OUT */
};

static const struct scenario scenarios[] = {
    {"a token from the environment",
     {"rdspass", "token", "-h", HOST, "-u", "app", "-P", "3306"},
     false},
    {"a token from a profile and a config file, as JSON",
     {"rdspass", "token", "--profile", "dev", "--format", "json", "-v", "shop"},
     false},
    {"a token by a URL, as lines of sh",
     {"rdspass", "token", "--format", "export", "--ca-file", "roots.pem",
      "postgres://app@" HOST "/orders"},
     false},
    {"a token into a password file",
     {"rdspass", "token", "-h", HOST, "-u", "app", "-p", "5432", "--format", "pgpass", "-o", OUT},
     true},
    {"a token into an option file",
     {"rdspass", "token", "-h", HOST, "-u", "app", "-P", "3306", "--format", "mycnf", "--ca-file",
      "roots.pem", "-o", OUT},
     true},
    {"a DSQL token",
     {"rdspass", "token", "--admin", "-h", "abcdefghijklmnopqrstuvwxyz.dsql.us-east-2.on.aws"},
     false},
    {"an endpoint that takes no token",
     {"rdspass", "token", "-u", "app", "-h",
      "reports.cluster-custom-abc123xyz.eu-central-1.rds."
      "amazonaws.com"},
     false},
    {"whoami", {"rdspass", "whoami", "--profile", "dev"}, false},
    {"whoami, as JSON", {"rdspass", "whoami", "--format", "json"}, false},
    {"ca list", {"rdspass", "ca", "list", "--format", "json"}, false},
    {"ca print", {"rdspass", "ca", "print", "eu-central-1"}, false},
    {"help", {"rdspass", "help"}, false},
    {"a command's help", {"rdspass", "token", "--help"}, false},
};

static const struct {
    const char *path;
    const char *text;
} files[] = {
    {"config", "[profile dev]\nregion = eu-west-1\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
               "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"},
    {"credentials", "[other]\naws_access_key_id = AKIDEXAMPLE\n"},
    {"rdspass.conf", "[shop]\nhost = " HOST "\nuser = app\nport = 5432\n"},
    {"roots.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"},
};

static const char *const variables[] = {
    "HOME=.",
    "AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_CONFIG_FILE=config",
    "AWS_SHARED_CREDENTIALS_FILE=credentials",
    "RDSPASS_CONFIG=rdspass.conf",
    NULL,
};

/* What a run left behind. */
struct result {
    int code; /* -1: a signal */
    struct rp_buf out;
    struct rp_buf err;
    struct rp_buf file;
    unsigned entries; /* of the folder of OUT */
};

static void release(struct result *result)
{
    rp_buf_release(&result->out);
    rp_buf_release(&result->err);
    rp_buf_release(&result->file);
}

static void slurp(const char *path, struct rp_buf *out)
{
    bool found = false;

    rp_buf_init(out, TEXT_MAX);
    if (rp_failed(rp_file_read(path, RP_KIND_INTERNAL, out, &found, NULL)))
        abort();
}

static void spill(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 || chmod(path, 0600) != 0)
        abort();
}

static unsigned count_entries(const char *path)
{
    DIR *folder = opendir(path);
    unsigned count = 0;

    if (folder == NULL)
        abort();
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    (void)closedir(folder);
    return count;
}

/* In the child: never returns. */
__attribute__((noreturn)) static void run_child(const struct scenario *scenario,
                                                enum fault_kind kind, unsigned at)
{
    char *argv[ARGS_MAX];
    int argc = 0;

    for (; scenario->argv[argc] != NULL; argc++)
        argv[argc] = strdup(scenario->argv[argc]);
    argv[argc] = NULL;
    environ = (char **)(uintptr_t)variables; /* which nobody writes to */
    if (freopen("stdout", "w", stdout) == NULL || freopen("stderr", "w", stderr) == NULL)
        abort();
    *fault = (struct fault){kind, at, 0};
    int code = rdspass_main(argc, argv);
    fault->kind = FAULT_NONE;
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    exit(code); /* where the sanitizer looks for leaks */
}

static void run(const struct scenario *scenario, enum fault_kind kind, unsigned at,
                struct result *result)
{
    int status = 0;

    spill(OUT, "");
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        run_child(scenario, kind, at);
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        abort();
    fault->kind = FAULT_NONE;
    result->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    slurp("stdout", &result->out);
    slurp("stderr", &result->err);
    slurp(OUT, &result->file);
    result->entries = count_entries("out");
}

/* What is wrong with a run that met a failure; NULL where nothing is. */
static const char *judge(const struct result *got, const struct result *clean,
                         const struct scenario *scenario, enum fault_kind kind)
{
    bool same = got->code == clean->code &&
                rp_span_eq(rp_buf_span(&got->out), rp_buf_span(&clean->out)) &&
                rp_span_eq(rp_buf_span(&got->file), rp_buf_span(&clean->file));

    if (got->entries != clean->entries)
        return "it left a file behind";
    if (same)
        return NULL;
    if (kind == FAULT_INTERRUPTED || kind == FAULT_SHORT)
        return "the result is another one";
    if (got->code == 0)
        return "it claims success, and the result is another one";
    if (got->code < 1 || got->code > 9)
        return "it ended in a way that rdspass(1) does not know";
    if (got->out.len > 0 && (scenario->writes || got->out.len >= clean->out.len))
        return "it failed, and yet there is a result";
    if (got->file.len > 0)
        return "the file is not as it was";
    /* The call that fails may be the one that would write the error. */
    if (got->err.len > 0 && strstr(rp_buf_str(&got->err), "rdspass: ") == NULL)
        return "there is no error line";
    return NULL;
}

static const char *const kind_names[] = {
    [FAULT_NONE] = "undisturbed",           [FAULT_MEMORY] = "an allocation fails",
    [FAULT_SYSTEM] = "a system call fails", [FAULT_INTERRUPTED] = "a signal interrupts",
    [FAULT_SHORT] = "one byte at a time",
};

static void diagnose(unsigned at, const char *wrong, const struct result *got,
                     const struct result *clean)
{
    (void)printf("# call %u, exit %d: %s\n", at, got->code, wrong);
    (void)fprintf(stderr, "stdout: %.1000s\nwanted: %.1000s\nfile: %.1000s\nstderr: %.2000s\n",
                  rp_buf_str(&got->out), rp_buf_str(&clean->out), rp_buf_str(&got->file),
                  rp_buf_str(&got->err));
}

/* Runs a scenario with every call of a kind failing in its turn. */
static void torture(const struct scenario *scenario, enum fault_kind kind,
                    const struct result *clean)
{
    const char *wrong = NULL;
    unsigned at = 0;

    do {
        struct result got;
        at += 1 + at / 64; /* of a thousand calls not every one */
        run(scenario, kind, at, &got);
        wrong = judge(&got, clean, scenario, kind);
        if (wrong != NULL)
            diagnose(at, wrong, &got, clean);
        release(&got);
    } while (wrong == NULL && fault->calls >= at && at < CALLS_MAX);
    OK(wrong == NULL && at < CALLS_MAX, "%s: %s (%u calls)", scenario->name, kind_names[kind],
       fault->calls);
}

static void make_folder(void)
{
    static char folder[] = "/tmp/rdspass-fault.XXXXXX";

    if (mkdtemp(folder) == NULL || chdir(folder) != 0 || mkdir("out", 0700) != 0)
        abort();
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        spill(files[i].path, files[i].text);
}

static void remove_folder(void)
{
    char folder[4096];

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        (void)unlink(files[i].path);
    (void)unlink("stdout");
    (void)unlink("stderr");
    (void)unlink(OUT);
    (void)rmdir("out");
    if (getcwd(folder, sizeof(folder)) != NULL)
        (void)rmdir(folder);
}

int main(void)
{
    fault = mmap(NULL, sizeof(*fault), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fault == MAP_FAILED)
        abort();
    make_folder();
    for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
        struct result clean;
        run(&scenarios[i], FAULT_NONE, 0, &clean);
        OK(clean.code >= 0 && clean.code < 10, "%s: exit %d", scenarios[i].name, clean.code);
        if (clean.code != 0)
            (void)printf("# %s", rp_buf_str(&clean.err));
        for (int kind = FAULT_MEMORY; kind < FAULT__COUNT; kind++)
            torture(&scenarios[i], (enum fault_kind)kind, &clean);
        release(&clean);
    }
    remove_folder();
    return tap_done();
}
