/*
 * The partitions. Names of regions tell them: the words between the '-' and a
 * number at the end ("botocore/data/partitions.json" has the patterns).
 */
#include "rdspass/aws/partition.h"

enum { REGION_LENGTH_MAX = 63 };

/* `prefix` is all words but the last, which may be anything: "us-gov" of "us-gov-west-1". */
static const struct row {
    const char *prefix;
    struct rp_partition partition;
} rows[] = {
    {"cn", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"}},
    {"us-gov", {"aws-us-gov", "amazonaws.com", "api.aws"}},
    {"us-iso", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov"}},
    {"us-isob", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"}},
    {"eu-isoe", {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"}},
    {"us-isof", {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov"}},
    {"eusc-de", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"}},
};

/* The default, for the regions us-, eu-, ap-, ... and for unknown ones. */
static const struct rp_partition commercial = {"aws", "amazonaws.com", "api.aws"};

static bool is_word(struct rp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < 'a' || text.p[i] > 'z')
            return false;
    return text.n > 0;
}

static bool is_number(struct rp_span text)
{
    uint32_t value;
    return rp_span_to_uint(text, 999, &value) && text.n <= 3;
}

/* Cuts "AREA-WORD[-WORD...]-NUMBER"; gives all but the last word and the number. */
static bool cut_region(struct rp_span region, struct rp_span *out_prefix)
{
    size_t number = rp_span_find_last(region, '-');
    if (region.n > REGION_LENGTH_MAX || number == region.n ||
        !is_number(rp_span_skip(region, number + 1)))
        return false;
    struct rp_span words = rp_span_first(region, number);
    size_t last = rp_span_find_last(words, '-');
    if (last == words.n)
        return false;
    size_t area = rp_span_find(words, '-');
    *out_prefix = rp_span_first(words, last);
    struct rp_span word = {NULL, 0};
    while (rp_span_split(&words, '-', &word))
        if (!is_word(word))
            return false;
    return area >= 2 && area <= 4;
}

const struct rp_partition *rp_partition_of_region(struct rp_span region)
{
    struct rp_span prefix;

    if (!cut_region(region, &prefix))
        return NULL;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rp_span_is(prefix, rows[i].prefix))
            return &rows[i].partition;
    return &commercial;
}
