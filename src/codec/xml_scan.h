/* The pieces of XML, for src/codec/xml.c, which puts them together. */
#ifndef RP_CODEC_XML_SCAN_H
#define RP_CODEC_XML_SCAN_H

#include "rdspass/base/buf.h"

struct rp_xml_scan {
    struct rp_span rest;
};

extern const char rp_xml_cut_short[]; /* the problem that there is no more */

/* Whether there is any such thing; what is taken is no longer in `rest`. */
bool rp_xml_take(struct rp_xml_scan *scan, const char *text);
bool rp_xml_take_space(struct rp_xml_scan *scan);
bool rp_xml_take_name(struct rp_xml_scan *scan, struct rp_span *out);

/* The others give what is wrong, in fixed words; NULL: nothing is. */
const char *rp_xml_check_characters(struct rp_span text);

/* The declaration at the very beginning, where there is one. */
const char *rp_xml_take_declaration(struct rp_xml_scan *scan);

/* What follows the name in a tag that begins an element; *out_empty: it ends it, too. */
const char *rp_xml_take_tag(struct rp_xml_scan *scan, bool *out_empty);

/* What follows the '&' of a reference; its character is added to `out`. */
const char *rp_xml_take_reference(struct rp_xml_scan *scan, struct rp_buf *out);

#endif
