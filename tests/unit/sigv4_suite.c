/*
 * AWS's test suite for Signature Version 4, from the folder RP_SIGV4_SUITE (the
 * one of the cases, or the one above its "v4"): each case, in query and header
 * form, each stage compared, and what stands in the signed request.
 *
 * A case is a folder: context.json (who signs, for what), request.txt, and per
 * form the canonical request, the string to sign, the signature, the signed
 * request. In request.txt, paths are raw; queries are raw or percent-encoded;
 * header lines may be folded (RFC 7230 §3.2.4).
 */
#include <cjson/cJSON.h>
#include <dirent.h>
#include <sys/stat.h>

#include "rdspass/base/context.h"
#include "rdspass/base/file.h"
#include "rdspass/codec/percent.h"
#include "rdspass/sigv4/sign.h"
#include "tap.h"

#define DEFAULT_FOLDER "../shared/data/sigv4-suite"

enum { TEXT_MAX = 1 << 20, PATH_MAX_HERE = 2048, PIECES_MAX = 128 };

struct test_case {
    const char *folder;
    const char *name;
    cJSON *context;
    struct rp_buf text;    /* request.txt, with folded lines joined */
    struct rp_buf decoded; /* names and values of the query */
    struct rp_sigv4_pair query[RP_SIGV4_PAIRS_MAX];
    struct rp_sigv4_pair headers[RP_SIGV4_PAIRS_MAX];
    struct rp_sigv4_request request;
    struct rp_sigv4_signer signer;
    struct rp_secret key;
    struct rp_secret token;
};

/* --- reading --- */

static bool read_file(const struct test_case *self, const char *form, const char *file,
                      struct rp_buf *out)
{
    char path[PATH_MAX_HERE];
    struct rp_error err = {0};
    bool found = false;

    (void)snprintf(path, sizeof(path), "%s/%s/%s%s", self->folder, self->name, form, file);
    return !rp_failed(rp_file_read(path, RP_KIND_CONFIG, out, &found, &err)) && found;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/*
 * Copies the head of a request without carriage returns and with one space for
 * each fold; the body, behind an empty line, as it is.
 */
static void unfold(struct rp_span raw, struct rp_buf *out)
{
    bool first = true;
    struct rp_span line = {NULL, 0};

    while (rp_span_split(&raw, '\n', &line)) {
        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        if (line.n == 0) {
            rp_buf_add_str(out, "\n\n");
            rp_buf_add(out, raw);
            return;
        }
        if (!first)
            rp_buf_add_char(out, is_blank(line.p[0]) ? ' ' : '\n');
        rp_buf_add(out, rp_span_trim(line));
        first = false;
    }
}

static struct rp_span decode(struct rp_buf *out, struct rp_span text)
{
    size_t start = out->len;

    /* Text that is not percent-encoded is raw, a lone '%' too. */
    if (!rp_percent_decode(out, text)) {
        start = out->len;
        rp_buf_add(out, text);
    }
    return (struct rp_span){rp_buf_str(out) + start, out->len - start};
}

static void read_query(struct test_case *self, struct rp_span text)
{
    struct rp_span piece = {NULL, 0};

    /* All at once, so that the pieces do not move. */
    (void)rp_buf_room(&self->decoded, 2 * text.n + 2);
    self->request.query = self->query;
    while (text.n > 0 && rp_span_split(&text, '&', &piece)) {
        if (piece.n == 0 || self->request.query_count == RP_SIGV4_PAIRS_MAX)
            continue;
        size_t at = rp_span_find(piece, '=');
        struct rp_sigv4_pair *pair = &self->query[self->request.query_count++];
        pair->name = decode(&self->decoded, rp_span_first(piece, at));
        pair->value = decode(&self->decoded, rp_span_skip(piece, at + 1));
    }
}

/* "METHOD TARGET HTTP/1.1", where the target may have blanks. */
static bool read_request_line(struct test_case *self, struct rp_span line)
{
    size_t method = rp_span_find(line, ' ');
    size_t version = rp_span_find_last(line, ' ');

    if (method == line.n || version <= method)
        return false;
    struct rp_span target = rp_span_skip(rp_span_first(line, version), method + 1);
    size_t question = rp_span_find(target, '?');
    self->request.method = rp_span_first(line, method);
    self->request.path = rp_span_first(target, question);
    read_query(self, rp_span_skip(target, question + 1));
    return true;
}

static bool read_request(struct test_case *self)
{
    RP_BUF_AUTO struct rp_buf raw = {.max = TEXT_MAX};
    struct rp_span line = {NULL, 0};

    if (!read_file(self, "", "request.txt", &raw))
        return false;
    unfold(rp_buf_span(&raw), &self->text);
    struct rp_span rest = rp_buf_span(&self->text);
    if (!rp_span_split(&rest, '\n', &line) || !read_request_line(self, line))
        return false;
    self->request.headers = self->headers;
    while (rp_span_split(&rest, '\n', &line) && line.n > 0) {
        size_t colon = rp_span_find(line, ':');
        if (self->request.header_count == RP_SIGV4_PAIRS_MAX)
            return false;
        self->headers[self->request.header_count++] =
            (struct rp_sigv4_pair){rp_span_first(line, colon), rp_span_skip(line, colon + 1)};
    }
    self->request.body = rest;
    return true;
}

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool is_true(const cJSON *object, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool read_context(struct test_case *self)
{
    RP_BUF_AUTO struct rp_buf text = {.max = TEXT_MAX};
    struct rp_error err = {0};

    if (!read_file(self, "", "context.json", &text))
        return false;
    self->context = cJSON_ParseWithLength(rp_buf_str(&text), text.len);
    const cJSON *who = cJSON_GetObjectItemCaseSensitive(self->context, "credentials");
    self->signer = (struct rp_sigv4_signer){
        .access_key_id = rp_span(text_of(who, "access_key_id")),
        .secret_access_key = &self->key,
        .session_token = &self->token,
        .region = rp_span(text_of(self->context, "region")),
        .service = rp_span(text_of(self->context, "service")),
        .expires = (uint32_t)cJSON_GetNumberValue(
            cJSON_GetObjectItemCaseSensitive(self->context, "expiration_in_seconds")),
        .normalize = is_true(self->context, "normalize"),
        .sign_body = is_true(self->context, "sign_body"),
        .token_outside = is_true(self->context, "omit_session_token"),
    };
    rp_ignore(rp_secret_set(&self->key, rp_span(text_of(who, "secret_access_key")), &err));
    rp_ignore(rp_secret_set(&self->token, rp_span(text_of(who, "token")), &err));
    return err.kind == RP_KIND_NONE &&
           rp_time_parse_iso(rp_span(text_of(self->context, "timestamp")), &self->signer.when);
}

/* --- comparing --- */

static struct rp_span without_newlines(struct rp_span text)
{
    while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    return text;
}

static void compare(const struct test_case *self, const char *form, const char *file,
                    struct rp_span got)
{
    RP_BUF_AUTO struct rp_buf want = {.max = TEXT_MAX};
    char name[256];

    (void)snprintf(name, sizeof(name), "%s: %s%s", self->name, form, file);
    if (!read_file(self, form, file, &want)) {
        tap_skip("a stage that the case does not have");
        return;
    }
    (void)tap_text(without_newlines(got), without_newlines(rp_buf_span(&want)), __FILE__, __LINE__,
                   name);
}

/* A query's pieces, decoded and encoded again, in `out`; sorted, since any order will do. */
static size_t sorted_pieces(struct rp_span query, struct rp_buf *out, struct rp_span *pieces)
{
    RP_BUF_AUTO struct rp_buf plain = {.max = TEXT_MAX};
    struct rp_span piece = {NULL, 0};
    size_t count = 0;

    (void)rp_buf_room(out, 3 * query.n + 3);
    while (count < PIECES_MAX && rp_span_split(&query, '&', &piece)) {
        size_t start = out->len;
        size_t at = rp_span_find(piece, '=');
        rp_buf_clear(&plain);
        rp_percent_encode(out, decode(&plain, rp_span_first(piece, at)));
        rp_buf_add_char(out, '=');
        rp_buf_clear(&plain);
        rp_percent_encode(out, decode(&plain, rp_span_skip(piece, at + 1)));
        pieces[count++] = (struct rp_span){rp_buf_str(out) + start, out->len - start};
        for (size_t i = count - 1; i > 0 && rp_span_cmp(pieces[i - 1], pieces[i]) > 0; i--) {
            struct rp_span later = pieces[i - 1];
            pieces[i - 1] = pieces[i];
            pieces[i] = later;
        }
    }
    return count;
}

static void compare_presigned(const struct test_case *self, struct rp_span got)
{
    RP_BUF_AUTO struct rp_buf signed_request = {.max = TEXT_MAX};
    RP_BUF_AUTO struct rp_buf got_text = {.max = TEXT_MAX};
    RP_BUF_AUTO struct rp_buf want_text = {.max = TEXT_MAX};
    struct rp_span got_pieces[PIECES_MAX];
    struct rp_span want_pieces[PIECES_MAX];

    if (!read_file(self, "query-", "signed-request.txt", &signed_request)) {
        tap_skip("a signed request that the case does not have");
        return;
    }
    struct rp_span line = rp_buf_span(&signed_request);
    line = rp_span_first(line, rp_span_find(line, '\n'));
    line = rp_span_first(line, rp_span_find_last(line, ' '));
    struct rp_span query = rp_span_skip(line, rp_span_find(line, '?') + 1);
    size_t n = sorted_pieces(got, &got_text, got_pieces);
    size_t want = sorted_pieces(query, &want_text, want_pieces);
    bool same = n == want;
    for (size_t i = 0; same && i < n; i++)
        same = rp_span_eq(got_pieces[i], want_pieces[i]);
    OK(same, "%s: the query of query-signed-request.txt", self->name);
}

/* Whether the signed request has the header line. */
static bool has_header(struct rp_span request, struct rp_span name, struct rp_span value)
{
    struct rp_span line = {NULL, 0};

    while (rp_span_split(&request, '\n', &line)) {
        size_t colon = rp_span_find(line, ':');
        char text[64];
        if (name.n >= sizeof(text))
            return false;
        memcpy(text, name.p, name.n);
        text[name.n] = '\0';
        if (rp_span_is_nocase(rp_span_first(line, colon), text) &&
            rp_span_eq(rp_span_trim(rp_span_skip(line, colon + 1)), value))
            return true;
    }
    return false;
}

static void compare_headers(const struct test_case *self, struct rp_span got)
{
    RP_BUF_AUTO struct rp_buf signed_request = {.max = TEXT_MAX};
    struct rp_span line = {NULL, 0};

    if (!read_file(self, "header-", "signed-request.txt", &signed_request)) {
        tap_skip("a signed request that the case does not have");
        return;
    }
    while (rp_span_split(&got, '\n', &line)) {
        size_t colon = rp_span_find(line, ':');
        if (line.n > 0)
            OK(has_header(rp_buf_span(&signed_request), rp_span_first(line, colon),
                          rp_span_skip(line, colon + 1)),
               "%s: %.*s in header-signed-request.txt", self->name, (int)colon, line.p);
    }
}

static void check_form(const struct test_case *self, bool presigned)
{
    const char *form = presigned ? "query-" : "header-";
    RP_BUF_AUTO struct rp_buf canonical = {.max = TEXT_MAX};
    RP_BUF_AUTO struct rp_buf to_sign = {.max = TEXT_MAX};
    RP_BUF_AUTO struct rp_buf whole = {.max = TEXT_MAX};
    char signature[RP_SIGV4_SIGNATURE_SIZE] = "";
    struct rp_error err = {0};

    WORKS(rp_sigv4_canonical_request(&self->request, &self->signer, presigned, &canonical, &err),
          err, self->name);
    compare(self, form, "canonical-request.txt", rp_buf_span(&canonical));
    WORKS(rp_sigv4_string_to_sign(&self->signer, rp_buf_span(&canonical), &to_sign, &err), err,
          self->name);
    compare(self, form, "string-to-sign.txt", rp_buf_span(&to_sign));
    WORKS(rp_sigv4_signature(&self->signer, rp_buf_span(&to_sign), signature, &err), err,
          self->name);
    compare(self, form, "signature.txt", rp_span(signature));
    if (presigned) {
        WORKS(rp_sigv4_presign(&self->request, &self->signer, &whole, &err), err, self->name);
        compare_presigned(self, rp_buf_span(&whole));
    } else {
        WORKS(rp_sigv4_sign_headers(&self->request, &self->signer, &whole, &err), err, self->name);
        compare_headers(self, rp_buf_span(&whole));
    }
}

static void check_case(const char *folder, const char *name)
{
    struct test_case self = {
        .folder = folder, .name = name, .text.max = TEXT_MAX, .decoded.max = TEXT_MAX};

    if (OK(read_context(&self) && read_request(&self), "%s: is read", name)) {
        check_form(&self, true);
        check_form(&self, false);
    }
    cJSON_Delete(self.context);
    rp_buf_release(&self.text);
    rp_buf_release(&self.decoded);
    rp_secret_release(&self.key);
    rp_secret_release(&self.token);
}

static int is_case(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(void)
{
    struct rp_env env = rp_env_process();
    const char *named = env.get(env.self, "RP_SIGV4_SUITE");
    char folder[PATH_MAX_HERE / 2];
    char path[PATH_MAX_HERE];
    struct dirent **cases = NULL;
    size_t count = 0;

    if (named == NULL || named[0] == '\0')
        named = DEFAULT_FOLDER;
    (void)snprintf(folder, sizeof(folder), "%s/v4", named);
    if (access(folder, X_OK) != 0)
        (void)snprintf(folder, sizeof(folder), "%s", named);
    int n = scandir(folder, &cases, is_case, alphasort);
    for (int i = 0; i < n; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s/context.json", folder, cases[i]->d_name);
        if (access(path, R_OK) == 0) {
            check_case(folder, cases[i]->d_name);
            count++;
        }
        free(cases[i]);
    }
    free(cases);
    if (count == 0)
        tap_skip("AWS's suite is not there (RP_SIGV4_SUITE)");
    else
        (void)printf("# %zu cases from %s\n", count, folder);
    return tap_done();
}
