/* Certificates: PEM blocks found with all strictness, X.509 read by OpenSSL. */
#include "certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "rdspass/codec/hex.h"
#include "rdspass/codec/json.h"
#include "rdspass/codec/time.h"
#include "tls.h"

/* Signatures that are checked in all; a file made to cost more is no file of roots. */
enum { SIGNATURES_MAX = 4000, BLOCK_MAX = 64 * 1024 };

static const char begin[] = "-----BEGIN CERTIFICATE-----";
static const char end[] = "-----END CERTIFICATE-----";

struct certificate {
    X509 *x509;
    size_t at, size; /* of its block in the file */
    unsigned char hash[SHA256_DIGEST_LENGTH];
};

/* The file as it is read. */
struct reader {
    struct rp_span pem;
    size_t at;
    size_t line; /* number of the one read last */
    struct certificate *list;
    size_t count;
    size_t signatures; /* checked by now */
};

static void release_reader(struct reader *reader)
{
    for (size_t i = 0; i < reader->count; i++)
        X509_free(reader->list[i].x509);
    free(reader->list);
}

/* --- blocks ---------------------------------------------------------------------- */

/* Gives the next line without blanks at its ends, and where it begins; false behind the last. */
static bool next_line(struct reader *reader, struct rp_span *out, size_t *out_at)
{
    struct rp_span rest = rp_span_skip(reader->pem, reader->at);

    if (rest.n == 0)
        return false;
    size_t n = rp_span_find(rest, '\n');
    *out = rp_span_trim(rp_span_first(rest, n));
    *out_at = reader->at;
    reader->at += n < rest.n ? n + 1 : n;
    reader->line++;
    return true;
}

static bool is_base64(struct rp_span line)
{
    for (size_t i = 0; i < line.n; i++)
        if (!rp_is_alpha(line.p[i]) && !rp_is_digit(line.p[i]) && line.p[i] != '+' &&
            line.p[i] != '/' && line.p[i] != '=')
            return false;
    return true;
}

/* Reads on to the end of the block that began at line `first`. */
static rp_status find_end(struct reader *reader, size_t first, struct rp_error *err)
{
    struct rp_span line;
    size_t at;

    while (next_line(reader, &line, &at)) {
        if (rp_span_is(line, end))
            return RP_OK;
        if (!is_base64(line))
            return rp_fail(err, RP_KIND_CONFIG, "line %zu is no part of a certificate",
                           reader->line);
    }
    return rp_fail(err, RP_KIND_CONFIG, "the certificate that begins in line %zu does not end",
                   first);
}

/* The certificate of a block, all of it and nothing more. */
static X509 *parse_block(struct rp_span block)
{
    BIO *bio = BIO_new_mem_buf(block.p, (int)block.n);
    unsigned char *der = NULL;
    char *name = NULL;
    char *header = NULL;
    long size = 0;
    X509 *x509 = NULL;

    if (bio != NULL && PEM_read_bio(bio, &name, &header, &der, &size) == 1 && header[0] == '\0') {
        const unsigned char *rest = der;
        x509 = d2i_X509(NULL, &rest, size);
        if (x509 != NULL && rest != der + size) {
            X509_free(x509);
            x509 = NULL;
        }
    }
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(der);
    (void)BIO_free(bio);
    return x509;
}

static rp_status add_block(struct reader *reader, size_t at, size_t first, struct rp_error *err)
{
    struct rp_span block = rp_span_first(rp_span_skip(reader->pem, at), reader->at - at);
    struct certificate *one = &reader->list[reader->count];

    if (reader->count == RP_CERTIFICATES_MAX)
        return rp_fail(err, RP_KIND_CONFIG, "there are more than %d certificates",
                       RP_CERTIFICATES_MAX);
    *one = (struct certificate){.at = at, .size = block.n};
    one->x509 = block.n > BLOCK_MAX ? NULL : parse_block(block);
    if (one->x509 == NULL || X509_digest(one->x509, EVP_sha256(), one->hash, NULL) != 1) {
        X509_free(one->x509);
        return rp_fail(err, RP_KIND_CONFIG, "what begins in line %zu is no certificate", first);
    }
    reader->count++;
    return RP_OK;
}

/* A file that was cut or damaged ends in such lines; a block's title stands before it. */
static rp_status check_tail(size_t text, struct rp_error *err)
{
    if (text != 0)
        return rp_fail(err, RP_KIND_CONFIG, "line %zu is behind the last certificate, and is none",
                       text);
    return RP_OK;
}

static rp_status find_all(struct reader *reader, struct rp_error *err)
{
    struct rp_span line;
    size_t at;
    size_t text = 0; /* the first line of text since the last block */

    while (next_line(reader, &line, &at)) {
        size_t first = reader->line;
        if (rp_span_is(line, begin)) {
            RP_TRY(find_end(reader, first, err));
            RP_TRY(add_block(reader, at, first, err));
            text = 0;
        } else if (rp_span_starts(line, "-----BEGIN ")) {
            return rp_fail(err, RP_KIND_CONFIG, "line %zu begins something else than a certificate",
                           first);
        } else if (rp_span_starts(line, "-----")) {
            return rp_fail(err, RP_KIND_CONFIG, "line %zu ends what has not begun", first);
        } else if (text == 0 && line.n > 0 && line.p[0] != '#') {
            text = first;
        }
    }
    if (reader->count == 0)
        return rp_fail(err, RP_KIND_CONFIG, "there is no certificate");
    return check_tail(text, err);
}

/* --- what a certificate says ------------------------------------------------------- */

/* The common name, or all of the name where it has none. */
static void read_name(const X509_NAME *name, char out[static RP_CERTIFICATES_NAME_MAX + 1])
{
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    BIO *bio = BIO_new(BIO_s_mem());
    char raw[4 * RP_CERTIFICATES_NAME_MAX + 1];

    out[0] = '\0';
    if (bio == NULL)
        return;
    if (at < 0)
        (void)X509_NAME_print_ex(bio, name, 0,
                                 XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
    else
        (void)ASN1_STRING_print_ex(bio, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)),
                                   ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT);
    int n = BIO_read(bio, raw, sizeof(raw) - 1);
    raw[n < 0 ? 0 : n] = '\0';
    rp_escape_text(out, RP_CERTIFICATES_NAME_MAX + 1, raw);
    (void)BIO_free(bio);
}

static bool read_time(const ASN1_TIME *when, char out[static RP_TIME_ISO_SIZE])
{
    struct tm parts;

    if (ASN1_TIME_to_tm(when, &parts) != 1)
        return false;
    rp_time_format_iso((int64_t)timegm(&parts), out);
    return true;
}

/* Whether `issuer` has signed it; false, too, where too many signatures have been checked. */
static bool is_signed_by(struct reader *reader, X509 *x509, X509 *issuer)
{
    return X509_check_issued(issuer, x509) == X509_V_OK && reader->signatures++ < SIGNATURES_MAX &&
           X509_verify(x509, X509_get0_pubkey(issuer)) == 1;
}

static void add_hash(struct rp_json *in, const char *name, const struct certificate *one)
{
    RP_BUF_AUTO struct rp_buf hex = {.max = 2 * SHA256_DIGEST_LENGTH};

    if (one != NULL)
        rp_hex_add(&hex, one->hash, sizeof(one->hash));
    rp_json_add_text(in, name, one == NULL ? NULL : rp_buf_str(&hex));
}

static void add_issuer(struct reader *reader, const struct certificate *one, bool self_signed,
                       struct rp_json *in)
{
    const struct certificate *issuer = NULL;

    for (size_t i = 0; i < reader->count && issuer == NULL && !self_signed; i++)
        if (is_signed_by(reader, one->x509, reader->list[i].x509))
            issuer = &reader->list[i];
    add_hash(in, "issuer_sha256", self_signed ? one : issuer);
}

static rp_status add_certificate(struct reader *reader, const struct certificate *one,
                                 struct rp_buf *out, struct rp_error *err)
{
    RP_JSON_AUTO struct rp_json *json = rp_json_new();
    bool self_signed = is_signed_by(reader, one->x509, one->x509);
    char subject[RP_CERTIFICATES_NAME_MAX + 1];
    char issuer[RP_CERTIFICATES_NAME_MAX + 1];
    char not_before[RP_TIME_ISO_SIZE];
    char not_after[RP_TIME_ISO_SIZE];

    if (json == NULL)
        return rp_fail_memory(err);
    read_name(X509_get_subject_name(one->x509), subject);
    read_name(X509_get_issuer_name(one->x509), issuer);
    if (!read_time(X509_get0_notBefore(one->x509), not_before) ||
        !read_time(X509_get0_notAfter(one->x509), not_after))
        return rp_fail(err, RP_KIND_CONFIG, "the certificate of %s has no right dates", subject);
    rp_json_add_text(json, "subject", subject);
    rp_json_add_text(json, "issuer", issuer);
    rp_json_add_text(json, "not_before", not_before);
    rp_json_add_text(json, "not_after", not_after);
    add_hash(json, "sha256", one);
    add_issuer(reader, one, self_signed, json);
    rp_json_add_bool(json, "self_signed", self_signed);
    rp_json_add_bool(json, "ca", X509_check_ca(one->x509) == 1);
    rp_json_add_number(json, "pem_at", (int64_t)one->at);
    rp_json_add_number(json, "pem_size", (int64_t)one->size);
    return rp_json_format_line(json, out, err);
}

static rp_status add_all(struct reader *reader, struct rp_buf *out, struct rp_error *err)
{
    for (size_t i = 0; i < reader->count; i++) {
        rp_buf_add_char(out, i == 0 ? '[' : ',');
        RP_TRY(add_certificate(reader, &reader->list[i], out, err));
    }
    rp_buf_add_char(out, ']');
    if (reader->signatures > SIGNATURES_MAX)
        return rp_fail(err, RP_KIND_CONFIG, "the certificates have too many signatures to check");
    return rp_buf_check(out, RP_KIND_CONFIG, "what the certificates say", err);
}

rp_status rp_certificates_read(struct rp_span pem, struct rp_buf *out, struct rp_error *err)
{
    struct reader reader = {.pem = pem};

    if (!rp_tls_init())
        return rp_fail(err, RP_KIND_INTERNAL, "OpenSSL cannot be set up");
    reader.list = calloc(RP_CERTIFICATES_MAX, sizeof(*reader.list));
    if (reader.list == NULL)
        return rp_fail_memory(err);
    rp_status status = find_all(&reader, err);
    if (!rp_failed(status))
        status = add_all(&reader, out, err);
    release_reader(&reader);
    return status;
}
