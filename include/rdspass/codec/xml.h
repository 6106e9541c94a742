/*
 * XML as AWS's query services answer it, read strictly: elements, attributes
 * that are passed over, text with the five entities and numeric references.
 * A document type, CDATA, a processing instruction but the first line's, a
 * comment, and anything that is not well formed are refused.
 */
#ifndef RP_CODEC_XML_H
#define RP_CODEC_XML_H

#include "rdspass/base/buf.h"

enum { RP_XML_DEPTH_MAX = 16, RP_XML_ELEMENTS_MAX = 256 };

/* A document that was read. */
struct rp_xml;

/*
 * Reads one document, UTF-8 without control characters but white space. Fails
 * with `kind`, "WHAT is not valid XML: why"; never quotes the text. What is held
 * is wiped by rp_xml_free.
 */
rp_status rp_xml_parse(struct rp_span text, enum rp_kind kind, const char *what,
                       struct rp_xml **out, struct rp_error *err) RP_MUST_USE;
void rp_xml_free(struct rp_xml **xml);
#define RP_XML_AUTO __attribute__((cleanup(rp_xml_free)))

/*
 * The text of the element at a path of names from the root,
 * "AssumeRoleResponse/AssumeRoleResult/Credentials/AccessKeyId"; prefixes of
 * name spaces count as part of a name. NULL where there is none or more than
 * one, or where it has elements inside. Borrowed. Takes NULL for `xml`.
 */
const char *rp_xml_text(const struct rp_xml *xml, const char *path);

#endif
