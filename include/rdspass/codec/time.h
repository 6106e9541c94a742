/* Times as AWS writes them, always UTC; no locale, no TZ. */
#ifndef RP_CODEC_TIME_H
#define RP_CODEC_TIME_H

#include "rdspass/base/buf.h"

enum {
    RP_TIME_AMZ_SIZE = sizeof("20150830T123600Z"),
    RP_TIME_ISO_SIZE = sizeof("2015-08-30T12:36:00Z"),
};

/* Years 1970 to 9999; a time outside comes out as the nearest inside. */
void rp_time_format_amz(int64_t when, char out[static RP_TIME_AMZ_SIZE]);
void rp_time_format_iso(int64_t when, char out[static RP_TIME_ISO_SIZE]);

/*
 * Reads what AWS's tools write: "2026-01-02T03:04:05" with 'T' or a space, any
 * fraction (cut off), and "Z", "UTC", "+00:00", another offset "+hh:mm" or
 * "+hhmm", or nothing (UTC). False where it is anything else, or no date.
 */
bool rp_time_parse_iso(struct rp_span text, int64_t *out_when);

#endif
