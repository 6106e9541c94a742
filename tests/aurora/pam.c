/*
 * A stand-in for libpam.so.0 that hands every password to the verifier of the simulated Aurora.
 *
 * It is put before the real library by LD_LIBRARY_PATH in the database servers alone. PostgreSQL
 * (method pam) and MariaDB (plugin auth_pam_v1) use seven of PAM's functions. The question to the
 * verifier is SERVICE NUL USER NUL RHOST NUL PASSWORD, ended by shutting down the sending side of
 * the unix socket $AURORA_VERIFIER; the answer is one byte, 'y' to let the user in. No answer
 * within TIMEOUT_S, like any other fault, keeps the user out. A password has no length limit here.
 */
#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { TIMEOUT_S = 30 };

struct pam_handle {
    struct pam_conv conv;
    char *item[3]; /* PAM_SERVICE, PAM_USER, PAM_RHOST */
};

static char **slot(pam_handle_t *pam, int type)
{
    switch (type) {
    case PAM_SERVICE:
        return &pam->item[0];
    case PAM_USER:
        return &pam->item[1];
    case PAM_RHOST:
        return &pam->item[2];
    default:
        return NULL;
    }
}

int pam_set_item(pam_handle_t *pam, int type, const void *value)
{
    if (type == PAM_CONV) {
        pam->conv = *(const struct pam_conv *)value;
    } else if (slot(pam, type)) {
        free(*slot(pam, type));
        *slot(pam, type) = value ? strdup(value) : NULL;
    }
    return PAM_SUCCESS;
}

int pam_get_item(const pam_handle_t *pam, int type, const void **value)
{
    char **item = slot((pam_handle_t *)pam, type);
    *value = item ? *item : NULL;
    return item ? PAM_SUCCESS : PAM_BAD_ITEM;
}

int pam_start(const char *service, const char *user, const struct pam_conv *conv,
              pam_handle_t **out_pam)
{
    pam_handle_t *pam = calloc(1, sizeof *pam);
    if (!pam)
        return PAM_BUF_ERR;
    pam_set_item(pam, PAM_SERVICE, service);
    pam_set_item(pam, PAM_USER, user);
    pam_set_item(pam, PAM_CONV, conv);
    *out_pam = pam;
    return PAM_SUCCESS;
}

int pam_end(pam_handle_t *pam, int status)
{
    (void)status;
    for (int i = 0; i < 3; i++)
        free(pam->item[i]);
    free(pam);
    return PAM_SUCCESS;
}

/* Sends a string and, but for the last one, its NUL. */
static int tell(int fd, const char *text, size_t nul)
{
    size_t left = strlen(text ? text : "") + nul;
    for (const char *at = text ? text : ""; left;) {
        ssize_t n = send(fd, at, left, MSG_NOSIGNAL);
        if (n <= 0)
            return -1;
        at += n;
        left -= (size_t)n;
    }
    return 0;
}

static int ask(const pam_handle_t *pam, const char *password)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct timeval limit = {.tv_sec = TIMEOUT_S};
    const char *path = getenv("AURORA_VERIFIER");
    char verdict = 'n';
    if (!path || strlen(path) >= sizeof to.sun_path)
        return PAM_AUTHINFO_UNAVAIL;
    strcpy(to.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return PAM_AUTHINFO_UNAVAIL;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    int answered = !connect(fd, (struct sockaddr *)&to, sizeof to) && !tell(fd, pam->item[0], 1) &&
                   !tell(fd, pam->item[1], 1) && !tell(fd, pam->item[2], 1) &&
                   !tell(fd, password, 0) && !shutdown(fd, SHUT_WR) &&
                   recv(fd, &verdict, 1, 0) == 1;
    close(fd);
    return !answered ? PAM_AUTHINFO_UNAVAIL : verdict == 'y' ? PAM_SUCCESS : PAM_AUTH_ERR;
}

int pam_authenticate(pam_handle_t *pam, int flags)
{
    struct pam_message message = {.msg_style = PAM_PROMPT_ECHO_OFF, .msg = "Password: "};
    const struct pam_message *messages = &message;
    struct pam_response *response = NULL;
    (void)flags;
    int status = pam->conv.conv(1, &messages, &response, pam->conv.appdata_ptr);
    if (status == PAM_SUCCESS)
        status = response && response->resp ? ask(pam, response->resp) : PAM_CONV_ERR;
    if (response)
        free(response->resp);
    free(response);
    return status;
}

int pam_acct_mgmt(pam_handle_t *pam, int flags)
{
    (void)pam;
    (void)flags;
    return PAM_SUCCESS;
}

const char *pam_strerror(pam_handle_t *pam, int status)
{
    (void)pam;
    return status == PAM_AUTHINFO_UNAVAIL ? "no answer from the verifier" : "Permission denied";
}
