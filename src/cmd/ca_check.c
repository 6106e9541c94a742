/*
 * rdspass ca check FILE: what is missing in somebody's file of roots, what has
 * expired, and what is none of AWS's.
 */
#include <string.h>

#include "ca.h"
#include "rdspass/base/file.h"

enum { SETS_MAX = 64, CHAIN_MAX = 8 };

enum finding { HELD, UNNEEDED, NOT_YET, EXPIRED, FOREIGN, MISSING, FINDINGS };

static const struct {
    const char *word;
    const char *one;  /* how it is told of one */
    const char *many; /* of several */
} findings[FINDINGS] = {
    [HELD] = {"ok", NULL, NULL},
    [UNNEEDED] = {"unneeded", NULL, NULL},
    [NOT_YET] = {"not-yet", "certificate is not valid yet", "certificates are not valid yet"},
    [EXPIRED] = {"expired", "certificate has expired", "certificates have expired"},
    [FOREIGN] = {"foreign", "certificate is foreign", "certificates are foreign"},
    [MISSING] = {"missing", "root is missing", "roots are missing"},
};

struct check {
    const struct rp_context *ctx;
    const char *path;
    struct rp_ca_certificates held;
    const char *wanted[SETS_MAX]; /* sets that must be complete */
    size_t wanted_count;
    size_t counts[FINDINGS];
    const struct rp_root *first_missing;
};

/* --- which sets must be complete ----------------------------------------------------- */

static bool is_wanted(const struct check *check, const char *set)
{
    for (size_t i = 0; i < check->wanted_count; i++)
        if (strcmp(check->wanted[i], set) == 0)
            return true;
    return false;
}

static void want(struct check *check, const char *set)
{
    if (!is_wanted(check, set) && check->wanted_count < SETS_MAX)
        check->wanted[check->wanted_count++] = set;
}

static void want_all(struct check *check)
{
    size_t count;
    const struct rp_root *roots = rp_roots(&count);

    for (size_t i = 0; i < count; i++)
        want(check, roots[i].set);
}

/* Those of which the file has a part; a file that has nothing of any lacks all. */
static void want_what_is_begun(struct check *check)
{
    const struct rp_root *root;

    for (size_t i = 0; (root = rp_ca_root_at(i)) != NULL; i++)
        if (!rp_root_is_of_tests(root) && rp_ca_find(&check->held, root->fingerprint) != NULL)
            want(check, root->set);
    if (check->wanted_count == 0)
        want_all(check);
}

/* A set of that name that is not of tests; NULL where there is none. */
static const char *find_set(struct rp_span name)
{
    const struct rp_root *root;

    for (size_t i = 0; (root = rp_ca_root_at(i)) != NULL; i++)
        if (!rp_root_is_of_tests(root) && rp_span_is(name, root->set))
            return root->set;
    return NULL;
}

/* A region's own roots; an endpoint's. What is asked for by name need not be begun. */
static rp_status want_by_name(struct check *check, const char *name, struct rp_error *err)
{
    struct rp_endpoint endpoint;
    struct rp_error ignored;
    struct rp_trust trust;
    const char *set = find_set(rp_span(name));

    if (set == NULL && !rp_failed(rp_endpoint_parse(rp_span(name), &endpoint, &ignored)) &&
        strcmp(endpoint.partition->name, "aws-us-gov") == 0)
        set = find_set(rp_span(endpoint.region));
    if (set == NULL) {
        RP_TRY(rp_trust_by_name(name, &trust, err));
        set = trust.sets[0];
    }
    if (strcmp(set, "global") == 0)
        want_all(check);
    else
        want(check, set);
    return RP_OK;
}

/* --- what each certificate is ---------------------------------------------------------- */

/* Whether it is signed, over others of the file, by a root of AWS's. */
static bool leads_to_root(const struct check *check, const struct rp_ca_certificate *one)
{
    for (int i = 0; i < CHAIN_MAX && one != NULL && one->issuer_sha256 != NULL; i++) {
        if (rp_ca_known_root(one->issuer_sha256) != NULL)
            return true;
        one = rp_ca_find(&check->held, one->issuer_sha256);
    }
    return false;
}

static enum finding judge(const struct check *check, const struct rp_ca_certificate *one,
                          const struct rp_root *root)
{
    if (root != NULL ? rp_root_is_of_tests(root) : leads_to_root(check, one))
        return UNNEEDED;
    int when = rp_ca_time(check->ctx, one);
    if (when > 0)
        return EXPIRED;
    if (root == NULL)
        return FOREIGN;
    return when < 0 ? NOT_YET : HELD;
}

/* Calls for each finding: those of the file, in its order, then what is missing in it. */
typedef void visit_fn(void *self, enum finding finding, const struct rp_root *root,
                      const struct rp_ca_certificate *one);

static void each(const struct check *check, visit_fn *visit, void *self)
{
    const struct rp_root *root;

    for (size_t i = 0; i < check->held.count; i++) {
        const struct rp_ca_certificate *one = &check->held.list[i];
        root = rp_ca_known_root(one->sha256);
        visit(self, judge(check, one, root), root, one);
    }
    for (size_t i = 0; (root = rp_ca_root_at(i)) != NULL; i++)
        if (is_wanted(check, root->set) && rp_ca_find(&check->held, root->fingerprint) == NULL)
            visit(self, MISSING, root, NULL);
}

/* --- output ------------------------------------------------------------------------------ */

static void add_line(void *self, enum finding finding, const struct rp_root *root,
                     const struct rp_ca_certificate *one)
{
    struct rp_buf *out = self;

    rp_buf_addf(out, "%-8s  %-14s  %-8s  %.10s  %s  ", findings[finding].word,
                root == NULL ? "-" : root->set, root == NULL ? "-" : root->key,
                one == NULL ? root->not_after : one->not_after,
                one == NULL ? root->fingerprint : one->sha256);
    rp_buf_add_str(out, one == NULL ? root->subject : one->subject);
    if (one != NULL && !one->self_signed) {
        rp_buf_add_str(out, " (issued by ");
        rp_buf_add_str(out, one->issuer);
        rp_buf_add_char(out, ')');
    }
    rp_buf_add_char(out, '\n');
}

static void add_element(void *self, enum finding finding, const struct rp_root *root,
                        const struct rp_ca_certificate *one)
{
    struct rp_json *json = rp_json_add_element(self);

    if (json == NULL)
        return;
    rp_json_add_text(json, "status", findings[finding].word);
    rp_json_add_text(json, "set", root == NULL ? NULL : root->set);
    rp_json_add_text(json, "key", root == NULL ? NULL : root->key);
    rp_json_add_text(json, "subject", one == NULL ? root->subject : one->subject);
    rp_json_add_text(json, "issuer", one == NULL ? root->subject : one->issuer);
    rp_json_add_text(json, "not_before", one == NULL ? NULL : one->not_before);
    rp_json_add_text(json, "not_after", one == NULL ? root->not_after : one->not_after);
    rp_json_add_text(json, "sha256", one == NULL ? root->fingerprint : one->sha256);
}

static rp_status print(const struct check *check, bool json, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf out = {.max = RP_OUTPUT_MAX};

    if (json) {
        RP_JSON_AUTO struct rp_json *object = rp_json_new();
        if (object == NULL)
            return rp_fail_memory(err);
        struct rp_json *wanted = rp_json_add_array(object, "wanted");
        for (size_t i = 0; wanted != NULL && i < check->wanted_count; i++)
            rp_json_add_text_element(wanted, check->wanted[i]);
        struct rp_json *certificates = rp_json_add_array(object, "certificates");
        if (certificates == NULL)
            return rp_fail_memory(err);
        each(check, add_element, certificates);
        RP_TRY(rp_json_format(object, &out, err));
    } else {
        each(check, add_line, &out);
    }
    return rp_print(&out, err);
}

/* --- the verdict -------------------------------------------------------------------------- */

static void count(void *self, enum finding finding, const struct rp_root *root,
                  const struct rp_ca_certificate *one)
{
    struct check *check = self;

    (void)one;
    check->counts[finding]++;
    if (finding == MISSING && check->first_missing == NULL)
        check->first_missing = root;
}

static void add_hint(const struct check *check, struct rp_error *err)
{
    const struct rp_root *missing = check->first_missing;

    if (missing != NULL && missing->der_size == 0)
        rp_hint(err, "rdspass ca fetch aws-us-gov -o FILE gets a complete one");
    else if (missing != NULL)
        rp_hint(err, "`rdspass ca path %s` is a complete one",
                check->wanted_count == 1 ? missing->set : "global");
    else if (check->counts[FOREIGN] > 0)
        rp_hint(err, "who holds the key of a foreign one can pose as the database: take it out");
}

/* "FILE: 2 roots are missing, 1 certificate is foreign". */
static rp_status conclude(const struct check *check, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf text = {.max = RP_ERROR_TEXT_MAX};

    for (int i = MISSING; i > UNNEEDED; i--) {
        size_t n = check->counts[i];
        if (n > 0)
            rp_buf_addf(&text, "%s%zu %s", text.len == 0 ? "" : ", ", n,
                        n == 1 ? findings[i].one : findings[i].many);
    }
    if (text.len == 0)
        return RP_OK;
    rp_status status = rp_fail(err, RP_KIND_TLS, "%s: %s", check->path, rp_buf_str(&text));
    add_hint(check, err);
    return status;
}

static rp_status check_file(struct check *check, const struct rp_args *args, struct rp_error *err)
{
    RP_BUF_AUTO struct rp_buf pem = {.max = RP_CA_FILE_MAX};
    bool found;

    RP_TRY(rp_file_read(check->path, RP_KIND_CONFIG, &pem, &found, err));
    if (!found)
        return rp_fail(err, RP_KIND_CONFIG, "there is no file %s", check->path);
    rp_status status = rp_ca_read(check->ctx, rp_buf_span(&pem), &check->held, err);
    if (rp_failed(status)) {
        if (err->kind == RP_KIND_CONFIG)
            rp_error_prefix(err, "%s", check->path);
        return status;
    }
    if (args->positional_count > 2)
        RP_TRY(want_by_name(check, args->positional[2], err));
    else
        want_what_is_begun(check);
    each(check, count, check);
    RP_TRY(print(check, rp_ca_wants_json(args), err));
    return conclude(check, err);
}

rp_status rp_ca_check(const struct rp_context *ctx, const struct rp_args *args,
                      struct rp_error *err)
{
    struct check check = {.ctx = ctx, .path = args->positional[1]};

    rp_status status = check_file(&check, args, err);
    rp_ca_certificates_release(&check.held);
    return status;
}
