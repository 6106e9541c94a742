/* The certificates that a server sent, in the words of its step. All of it is hostile text. */
#include "tell.h"
#include "tls_seen.h"

enum { NAME_SIZE = 160, ALTERNATIVE_SIZE = 256 };

static void add_name(struct rp_json *in, const char *member, const X509_NAME *name)
{
    char text[NAME_SIZE];

    rp_tls_name_text(name, text, sizeof(text));
    rp_tell_add_text(in, member, text);
}

static void add_time(struct rp_json *in, const char *member, const ASN1_TIME *when)
{
    char text[24];

    rp_tls_time_text(when, text);
    rp_json_add_text(in, member, text);
}

static void add_alternatives(struct rp_json *in, const X509 *certificate)
{
    struct rp_json *array = rp_json_add_array(in, "names");
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    size_t count = 0;

    for (int i = 0; array != NULL && i < sk_GENERAL_NAME_num(names); i++) {
        char text[ALTERNATIVE_SIZE];
        char escaped[4 * ALTERNATIVE_SIZE];
        if (!rp_tls_alternative_text(sk_GENERAL_NAME_value(names, i), text, sizeof(text)))
            continue;
        if (count++ == RP_TELL_NAMES_MAX)
            break;
        rp_escape_text(escaped, sizeof(escaped), text);
        rp_json_add_text_element(array, escaped);
    }
    GENERAL_NAMES_free(names);
}

static void add_certificate(struct rp_json *array, const X509 *certificate)
{
    struct rp_json *one = rp_json_add_element(array);

    if (one == NULL)
        return; /* the array is spoilt */
    add_name(one, "subject", X509_get_subject_name(certificate));
    add_name(one, "issuer", X509_get_issuer_name(certificate));
    add_alternatives(one, certificate);
    add_time(one, "not_before", X509_get0_notBefore(certificate));
    add_time(one, "not_after", X509_get0_notAfter(certificate));
}

void rp_tell_add_certificates(struct rp_json *in, const struct rp_tls *tls)
{
    struct rp_json *array = rp_json_add_array(in, "certificates");
    const STACK_OF(X509) *sent = rp_tls_sent(tls);
    const X509 *root = rp_tls_root(tls);

    for (int i = 0; array != NULL && i < sk_X509_num(sent) && i < RP_TELL_CERTIFICATES_MAX; i++)
        add_certificate(array, sk_X509_value(sent, i));
    if (root != NULL)
        add_name(in, "root", X509_get_subject_name(root));
    else
        rp_json_add_text(in, "root", NULL);
}
