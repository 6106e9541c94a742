/*
 * The layers that a target is put together from: options, the target itself
 * (its URL or its section), the environment, [defaults].
 */
#ifndef RP_RDS_LAYERS_H
#define RP_RDS_LAYERS_H

#include "config_file.h"
#include "rdspass/codec/uri.h"

enum rp_layer { RP_LAYER_OPTION, RP_LAYER_TARGET, RP_LAYER_ENVIRONMENT, RP_LAYER_DEFAULTS };

/* A setting as it was given, not yet judged. Borrowed from the layers. */
struct rp_given {
    struct rp_span text;
    enum rp_layer layer;
    const char *name; /* "--port", "RDSPASS_PORT", "port" */
    const char *path; /* of the config file; NULL where it does not come from one */
    unsigned line;
};

/* Starts as {0}; must not be moved. */
struct rp_layers {
    const struct rp_context *ctx;
    const struct rp_target_options *options;
    struct rp_config config;
    struct rp_uri uri;         /* TARGET, where it is a URL */
    struct rp_span host, port; /* of TARGET, where it is HOST[:PORT] or a URL */
    bool libpq_port;           /* whether PGPORT is the port of this endpoint: see take_place */
    bool libpq; /* whether libpq's variables count: the target is known to be postgres */
};

/* Reads the config file and takes TARGET apart. */
rp_status rp_layers_init(struct rp_layers *layers, const struct rp_context *ctx,
                         const struct rp_target_options *options, struct rp_error *err) RP_MUST_USE;
void rp_layers_release(struct rp_layers *layers);
#define RP_LAYERS_AUTO __attribute__((cleanup(rp_layers_release)))

/* What the highest layer that has the setting says; false where none does, down to `last`. */
bool rp_layers_get(const struct rp_layers *layers, enum rp_setting setting, enum rp_layer last,
                   struct rp_given *out);

/*
 * Fails with "WHERE: " before the message: RP_KIND_USAGE for what stands on the
 * command line, else RP_KIND_CONFIG.
 */
rp_status rp_given_fail(const struct rp_given *given, struct rp_error *err, const char *fmt, ...)
    RP_PRINTF(3, 4) RP_MUST_USE;

/* Puts "WHERE: " before an error about something that does not stand on the command line. */
void rp_given_prefix(const struct rp_given *given, struct rp_error *err);

#endif
