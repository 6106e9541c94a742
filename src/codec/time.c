/* Times: the civil calendar both ways, with our own arithmetic (no time zone files). */
#include "rdspass/codec/time.h"

#include <stdio.h>

#define LAST_SECOND 253402300799 /* 9999-12-31T23:59:59Z */

struct civil {
    int year, month, day, hour, minute, second;
};

/* Days since 1970-01-01 of a date of the Gregorian calendar, years counted from March. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t month_from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

static struct civil civil_of(int64_t when)
{
    if (when < 0)
        when = 0;
    if (when > LAST_SECOND)
        when = LAST_SECOND;

    int64_t days = when / 86400;
    int64_t second_of_day = when % 86400;
    int year = (int)(1970 + days / 366); /* never too late; then up to the right one */
    while (days_of(year + 1, 1, 1) <= days)
        year++;
    int month = 12;
    while (days_of(year, month, 1) > days)
        month--;
    return (struct civil){
        .year = year,
        .month = month,
        .day = (int)(days - days_of(year, month, 1)) + 1,
        .hour = (int)(second_of_day / 3600),
        .minute = (int)(second_of_day / 60 % 60),
        .second = (int)(second_of_day % 60),
    };
}

/* snprintf would look up the locale; this is on the way of every token. */
static char *put(char *out, int value, int digits)
{
    for (int i = digits - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + digits;
}

void rp_time_format_amz(int64_t when, char out[static RP_TIME_AMZ_SIZE])
{
    struct civil c = civil_of(when);

    out = put(put(put(out, c.year, 4), c.month, 2), c.day, 2);
    *out++ = 'T';
    out = put(put(put(out, c.hour, 2), c.minute, 2), c.second, 2);
    *out++ = 'Z';
    *out = '\0';
}

void rp_time_format_iso(int64_t when, char out[static RP_TIME_ISO_SIZE])
{
    struct civil c = civil_of(when);

    out = put(out, c.year, 4);
    *out++ = '-';
    out = put(out, c.month, 2);
    *out++ = '-';
    out = put(out, c.day, 2);
    *out++ = 'T';
    out = put(out, c.hour, 2);
    *out++ = ':';
    out = put(out, c.minute, 2);
    *out++ = ':';
    out = put(out, c.second, 2);
    *out++ = 'Z';
    *out = '\0';
}

/* Takes exactly `digits` digits and, where `after` is not NUL, that character. */
static bool take(struct rp_span *text, size_t digits, char after, int *out)
{
    uint32_t value;

    if (!rp_span_to_uint(rp_span_first(*text, digits), 9999, &value) || text->n < digits)
        return false;
    *text = rp_span_skip(*text, digits);
    if (after != '\0') {
        if (text->n == 0 || text->p[0] != after)
            return false;
        *text = rp_span_skip(*text, 1);
    }
    *out = (int)value;
    return true;
}

/* Reads the zone: seconds east of UTC. */
static bool parse_zone(struct rp_span text, int *out_seconds)
{
    int hours;
    int minutes;

    *out_seconds = 0;
    if (text.n == 0 || rp_span_is(text, "Z") || rp_span_is(text, "UTC"))
        return true;
    bool east = text.p[0] == '+';
    if (!east && text.p[0] != '-')
        return false;
    text = rp_span_skip(text, 1);
    if (!take(&text, 2, text.n == 5 ? ':' : '\0', &hours) || !take(&text, 2, '\0', &minutes) ||
        text.n != 0 || hours > 23 || minutes > 59)
        return false;
    *out_seconds = (hours * 60 + minutes) * (east ? 60 : -60);
    return true;
}

bool rp_time_parse_iso(struct rp_span text, int64_t *out_when)
{
    struct civil c;
    int zone;

    if (text.n < sizeof("2026-01-02T03:04:05") - 1 || (text.p[10] != 'T' && text.p[10] != ' '))
        return false;
    if (!take(&text, 4, '-', &c.year) || !take(&text, 2, '-', &c.month) ||
        !take(&text, 2, text.p[2], &c.day) || !take(&text, 2, ':', &c.hour) ||
        !take(&text, 2, ':', &c.minute) || !take(&text, 2, '\0', &c.second))
        return false;
    if (c.year < 1970 || c.month < 1 || c.month > 12 || c.day < 1 || c.hour > 23 || c.minute > 59 ||
        c.second > 60)
        return false;
    int64_t days = days_of(c.year, c.month, c.day);
    int64_t next_month =
        c.month == 12 ? days_of(c.year + 1, 1, 1) : days_of(c.year, c.month + 1, 1);
    if (days >= next_month)
        return false; /* the 30th of February */

    if (text.n > 0 && text.p[0] == '.') {
        text = rp_span_skip(text, 1);
        if (text.n == 0 || !rp_is_digit(text.p[0]))
            return false;
        while (text.n > 0 && rp_is_digit(text.p[0]))
            text = rp_span_skip(text, 1);
    }
    if (!parse_zone(text, &zone))
        return false;
    *out_when = days * 86400 + c.hour * 3600 + c.minute * 60 + c.second - zone;
    return true;
}
