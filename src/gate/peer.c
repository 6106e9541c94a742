/* Peers: the kernel is asked who holds the other end. */
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "rdspass/base/file.h"

enum { OVERFLOW_UID = 65534, NUMBER_MAX = 16 };

bool rp_peer_is_us_unix(int fd)
{
    struct ucred peer = {0};
    socklen_t n = sizeof(peer);

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && n == sizeof(peer) &&
           peer.uid == geteuid();
}

uid_t rp_peer_overflow_uid(void)
{
    RP_BUF_AUTO struct rp_buf text = {.max = NUMBER_MAX};
    uint32_t uid = OVERFLOW_UID;
    bool found = false;

    if (!rp_failed(
            rp_file_read("/proc/sys/kernel/overflowuid", RP_KIND_INTERNAL, &text, &found, NULL)) &&
        found)
        (void)rp_span_to_uint(
            rp_span_first(rp_buf_span(&text), rp_span_find(rp_buf_span(&text), '\n')), UINT32_MAX,
            &uid);
    return (uid_t)uid;
}

struct question {
    struct nlmsghdr head;
    struct inet_diag_req_v2 socket;
};

struct answer {
    struct nlmsghdr head;
    struct inet_diag_msg socket;
    char attributes[512]; /* of no interest */
};

/* The socket that has `local` and `remote` for its ends: the exact one, not a list. */
static struct question ask_for(const struct sockaddr_in *local, const struct sockaddr_in *remote)
{
    struct question question = {
        .head = {.nlmsg_len = sizeof(question),
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST},
        .socket = {.sdiag_family = AF_INET,
                   .sdiag_protocol = IPPROTO_TCP,
                   .idiag_states = UINT32_MAX,
                   .id = {.idiag_sport = local->sin_port,
                          .idiag_dport = remote->sin_port,
                          .idiag_src = {local->sin_addr.s_addr},
                          .idiag_dst = {remote->sin_addr.s_addr},
                          .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}},
    };
    return question;
}

/*
 * The kernel answers while it is asked, so nothing has to be waited for.
 *
 * Without the socket it may name one that listens at the same place, hence the
 * look at the state: both ends of a connection that has just been accepted are
 * established, or the peer is on its way out.
 */
static bool is_ours(const struct question *question, const struct answer *answer, ssize_t n)
{
    const struct inet_diag_msg *got = &answer->socket;

    return n >= (ssize_t)offsetof(struct answer, attributes) &&
           answer->head.nlmsg_type == SOCK_DIAG_BY_FAMILY && got->idiag_state == TCP_ESTABLISHED &&
           got->id.idiag_sport == question->socket.id.idiag_sport &&
           got->id.idiag_dport == question->socket.id.idiag_dport && got->idiag_inode != 0 &&
           got->idiag_uid == geteuid() && got->idiag_uid != rp_peer_overflow_uid();
}

bool rp_peer_is_us_tcp(int fd)
{
    struct sockaddr_in peer = {0};
    struct sockaddr_in own = {0};
    struct sockaddr_nl from = {0};
    struct answer answer = {0};
    socklen_t peer_n = sizeof(peer);
    socklen_t own_n = sizeof(own);
    socklen_t from_n = sizeof(from);

    if (getpeername(fd, (struct sockaddr *)&peer, &peer_n) != 0 || peer.sin_family != AF_INET ||
        getsockname(fd, (struct sockaddr *)&own, &own_n) != 0 || own.sin_family != AF_INET)
        return false;
    RP_FD_AUTO int kernel = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    struct question question = ask_for(&peer, &own);
    if (kernel < 0 || send(kernel, &question, sizeof(question), 0) != (ssize_t)sizeof(question))
        return false;
    ssize_t n =
        recvfrom(kernel, &answer, sizeof(answer), MSG_DONTWAIT, (struct sockaddr *)&from, &from_n);
    return from.nl_pid == 0 && is_ours(&question, &answer, n);
}

bool rp_peer_tcp_is_told(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr *address = (struct sockaddr *)&here;
    socklen_t n = sizeof(here);
    RP_FD_AUTO int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    RP_FD_AUTO int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (door < 0 || peer < 0 || bind(door, address, n) != 0 || listen(door, 1) != 0 ||
        getsockname(door, address, &n) != 0 || connect(peer, address, n) != 0)
        return false;
    RP_FD_AUTO int inside = accept4(door, NULL, NULL, SOCK_CLOEXEC);
    return inside >= 0 && rp_peer_is_us_tcp(inside);
}
