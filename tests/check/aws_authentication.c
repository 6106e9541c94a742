/*
 * A plugin for Oracle's mysqld that logs in as AWSAuthenticationPlugin of Aurora and RDS does: it
 * asks for mysql_clear_password, and has the verifier of the simulated Aurora judge the token (see
 * tests/aurora/pam.c).
 *
 * The server's own headers are in no package; what is declared here is the part that it needs of
 * include/mysql/plugin.h and plugin_auth.h, as they are documented for writers of plugins.
 */
#include <stdbool.h>

#include <plugin_auth_common.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { AUTHENTICATION_PLUGIN = 7, LICENSE_GPL = 1 };
enum { PLUGIN_INTERFACE = 0x010B, AUTHENTICATION_INTERFACE = 0x0201 };
enum { TOKEN_MAX = 65536, OK_CODE = -1, ERROR_CODE = 0 };

/* The head of MYSQL_SERVER_AUTH_INFO. */
struct login {
    char *user;
    unsigned int user_length;
};

struct authentication {
    int interface_version;
    const char *client_plugin;
    int (*authenticate)(MYSQL_PLUGIN_VIO *vio, struct login *login);
    int (*generate)(char *out, unsigned int *out_length, const char *in, unsigned int in_length);
    int (*validate)(char *in, unsigned int length);
    int (*set_salt)(const char *password, unsigned int length, unsigned char *salt,
                    unsigned char *salt_length);
    unsigned long flags;
    int (*compare)(const char *hash, unsigned long hash_length, const char *text,
                   unsigned long text_length, int *is_error);
};

struct plugin {
    int type;
    void *info;
    const char *name, *author, *description;
    int license;
    int (*init)(void *), (*check_uninstall)(void *), (*deinit)(void *);
    unsigned int version;
    void *status_variables, *system_variables, *reserved;
    unsigned long flags;
};

static int ask_verifier(const char *user, const unsigned char *token, size_t n)
{
    static const char service[] = "aurora-mysql";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("AURORA_VERIFIER");
    char answer = 'n';
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (path == NULL || strlen(path) >= sizeof(address.sun_path))
        return 0;
    strcpy(address.sun_path, path);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
        write(fd, service, sizeof(service)) == sizeof(service) &&
        write(fd, user, strlen(user) + 1) == (ssize_t)strlen(user) + 1 && write(fd, "", 1) == 1 &&
        write(fd, token, n) == (ssize_t)n && shutdown(fd, SHUT_WR) == 0)
        (void)!read(fd, &answer, 1);
    close(fd);
    return answer == 'y';
}

static int authenticate(MYSQL_PLUGIN_VIO *vio, struct login *login)
{
    unsigned char *token;
    int n = vio->read_packet(vio, &token);

    if (n <= 1 || n > TOKEN_MAX || token[n - 1] != '\0')
        return ERROR_CODE;
    return ask_verifier(login->user, token, (size_t)n - 1) ? OK_CODE : ERROR_CODE;
}

static int generate(char *out, unsigned int *out_length, const char *in, unsigned int in_length)
{
    if (in_length > *out_length)
        return 1;
    memcpy(out, in, in_length);
    *out_length = in_length;
    return 0;
}

static int validate(char *in, unsigned int length)
{
    (void)in;
    (void)length;
    return 0;
}

static int set_salt(const char *password, unsigned int length, unsigned char *salt,
                    unsigned char *salt_length)
{
    (void)password;
    (void)length;
    (void)salt;
    *salt_length = 0;
    return 0;
}

static struct authentication authentication = {
    .interface_version = AUTHENTICATION_INTERFACE,
    .client_plugin = "mysql_clear_password",
    .authenticate = authenticate,
    .generate = generate,
    .validate = validate,
    .set_salt = set_salt,
};

extern int _mysql_plugin_interface_version_, _mysql_sizeof_struct_st_plugin_;
extern struct plugin _mysql_plugin_declarations_[];
int _mysql_plugin_interface_version_ = PLUGIN_INTERFACE;
int _mysql_sizeof_struct_st_plugin_ = sizeof(struct plugin);
struct plugin _mysql_plugin_declarations_[] = {
    {.type = AUTHENTICATION_PLUGIN,
     .info = &authentication,
     .name = "AWSAuthenticationPlugin",
     .author = "",
     .description = "asks for a token",
     .license = LICENSE_GPL,
     .version = 1},
    {0},
};
