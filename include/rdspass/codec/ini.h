/*
 * INI text, one line at a time, as AWS's tools write and read it. The reader
 * keeps nothing: it calls a function for each thing that it meets, with the
 * line's number, and goes on behind lines that it does not understand.
 *
 *     # comment, also with ';', at the start of a line
 *     [section]                # comment
 *     name = value             # comment, behind a blank; "value#1" is a value
 *         continued            an indented line belongs to the value above it
 *     nested =
 *         name = value         below an empty value: a sub-property
 *
 * "Indented" means: further than the property above it. Properties that are all
 * indented alike are properties. Lines end in LF or CRLF; a UTF-8 byte order
 * mark at the start is skipped.
 */
#ifndef RP_CODEC_INI_H
#define RP_CODEC_INI_H

#include "rdspass/base/span.h"

enum rp_ini_kind {
    RP_INI_SECTION,      /* name: what stands between the brackets, trimmed */
    RP_INI_PROPERTY,     /* name, value: trimmed, without the comment; value may be empty */
    RP_INI_CONTINUATION, /* text: the line, trimmed, with any '#' or ';' in it */
    RP_INI_SUBPROPERTY,  /* text: the line, trimmed; name and value cut from it */
    RP_INI_BAD,          /* problem: what is wrong; the line is otherwise ignored */
};

/* Spans point into the text that is read. */
struct rp_ini_event {
    enum rp_ini_kind kind;
    unsigned line;       /* from 1 */
    bool in_section;     /* whether a section has begun */
    struct rp_span name; /* as written: case is the caller's affair */
    struct rp_span value;
    struct rp_span text;
    const char *problem; /* fixed words that quote nothing: "has no '='" */
};

/* Says whether to go on. */
typedef bool rp_ini_fn(void *self, const struct rp_ini_event *event);

/*
 * Reads `text`, calling `fn` for each event in order; false where `fn` stopped
 * it. What follows a bad section header, up to the next header, is skipped
 * without a word: it must not land in the section before. So are the lines that
 * continue a bad line.
 *
 * The reader never looks again at a line whose event it has delivered, so that
 * who owns the bytes may write over them, LF included, from within `fn`.
 */
bool rp_ini_read(struct rp_span text, rp_ini_fn *fn, void *self);

/* Whether bytes can be such a text at all: there is no NUL in them. */
bool rp_ini_is_text(struct rp_span bytes);

#endif
