/* What a certificate says: names, dates, issuer. All of it is hostile text, cut to size. */
#include "tls_seen.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include "rdspass/codec/time.h"

static const char more[] = ", ...";

/* --- text -------------------------------------------------------------------- */

/* Adds what fits. A NUL, which would end the text for whoever reads it, shows as "?". */
static void add(char *out, size_t size, const char *bytes, size_t n)
{
    size_t used = strlen(out);

    for (; n > 0 && used + 1 < size; n--, bytes++)
        out[used++] = *bytes == '\0' ? '?' : *bytes;
    out[used] = '\0';
}

static void add_entry(const X509_NAME *name, int nid, const char *label, char *out, size_t size)
{
    int at = X509_NAME_get_index_by_NID(name, nid, -1);
    unsigned char *utf8 = NULL;

    if (at < 0)
        return;
    int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (n < 0)
        return;
    if (out[0] != '\0')
        add(out, size, ", ", 2);
    add(out, size, label, strlen(label));
    add(out, size, (const char *)utf8, (size_t)n);
    OPENSSL_free(utf8);
}

void rp_tls_name_text(const X509_NAME *name, char *out, size_t size)
{
    out[0] = '\0';
    add_entry(name, NID_commonName, "CN=", out, size);
    add_entry(name, NID_organizationName, "O=", out, size);
    if (out[0] != '\0')
        return;
    BIO *text = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    if (text != NULL && X509_NAME_print_ex(text, name, 0, XN_FLAG_RFC2253) > 0) {
        long n = BIO_get_mem_data(text, &bytes);
        add(out, size, bytes, n > 0 ? (size_t)n : 0);
    }
    BIO_free(text);
}

void rp_tls_time_text(const ASN1_TIME *when, char out[static 24])
{
    char text[RP_TIME_ISO_SIZE];
    struct tm tm = {0};

    out[0] = '\0';
    if (when == NULL || ASN1_TIME_to_tm(when, &tm) != 1)
        return;
    rp_time_format_iso(timegm(&tm), text);
    add(out, 24, text, strlen(text));
}

/* --- alternative names --------------------------------------------------------- */

bool rp_tls_alternative_text(const GENERAL_NAME *name, char *out, size_t size)
{
    int type = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &type);

    out[0] = '\0';
    if (type != GEN_DNS && type != GEN_IPADD)
        return false;
    const unsigned char *bytes = ASN1_STRING_get0_data(value);
    int n = ASN1_STRING_length(value);
    if (type == GEN_DNS)
        add(out, size, (const char *)bytes, (size_t)n);
    else if (n == 4 || n == 16)
        (void)inet_ntop(n == 4 ? AF_INET : AF_INET6, bytes, out, (socklen_t)size);
    return out[0] != '\0';
}

static void see_names(const X509 *certificate, char *out, size_t size)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        char text[256] = "";
        const char *comma = out[0] == '\0' ? "" : ", ";
        if (!rp_tls_alternative_text(sk_GENERAL_NAME_value(names, i), text, sizeof(text)))
            continue;
        if (strlen(out) + strlen(comma) + strlen(text) + sizeof(more) > size) {
            add(out, size, more, sizeof(more) - 1);
            break;
        }
        add(out, size, comma, strlen(comma));
        add(out, size, text, strlen(text));
    }
    GENERAL_NAMES_free(names);
}

/* --- the certificate ----------------------------------------------------------- */

static bool is_untrusted(int error)
{
    return error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
           error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
           error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
           error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
           error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

void rp_tls_see(const X509_STORE_CTX *refused, struct rp_certificate_seen *out)
{
    const X509 *server = X509_STORE_CTX_get0_cert(refused);
    const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(refused);
    const X509 *end = server;

    if (server == NULL)
        return;
    if (is_untrusted(X509_STORE_CTX_get_error(refused)) && sk_X509_num(chain) > 0)
        end = sk_X509_value(chain, sk_X509_num(chain) - 1);
    *out = (struct rp_certificate_seen){0};
    rp_tls_name_text(X509_get_subject_name(server), out->subject, sizeof(out->subject));
    rp_tls_name_text(X509_get_issuer_name(end), out->issuer, sizeof(out->issuer));
    see_names(server, out->names, sizeof(out->names));
    rp_tls_time_text(X509_get0_notBefore(server), out->not_before);
    rp_tls_time_text(X509_get0_notAfter(server), out->not_after);
}
