/* Base64, RFC 4648 §4, and PEM, RFC 7468, which is that in lines of 64. */
#ifndef RP_CODEC_BASE64_H
#define RP_CODEC_BASE64_H

#include "rdspass/base/buf.h"

void rp_base64_add(struct rp_buf *out, const uint8_t *bytes, size_t n);

/* As URLs and JSON Web Tokens have it, without padding: RFC 4648 §5, RFC 7515 §2. */
void rp_base64url_add(struct rp_buf *out, const uint8_t *bytes, size_t n);

/* Adds "-----BEGIN LABEL-----", the lines, "-----END LABEL-----". */
void rp_pem_add(struct rp_buf *out, const char *label, const uint8_t *der, size_t n);

#endif
