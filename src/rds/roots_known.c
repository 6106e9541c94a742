/*
 * Roots that are known by their fingerprints alone: those of GovCloud, and those
 * of AWS's test environments, which its bundle for everybody has in it.
 *
 * Source: AWS's bundles, .../global/global-bundle.pem of truststore.pki.rds.amazonaws.com
 * and of truststore.pki.us-gov-west-1.rds.amazonaws.com.
 */
#include <string.h>

#include "rdspass/rds/trust.h"

#define ROOT(set, kind, key, end, fingerprint)                                                     \
    {                                                                                              \
        set, "Amazon RDS " kind " G1", key, end, fingerprint, 0, 0                                 \
    }

static const struct rp_root known[] = {
    ROOT("beta", "Beta us-east-1 Root CA ECC384", "EC P-384", "2121-05-18",
         "3d64b3edc6b8b3ffe0cf0c8ee91de915aca376ad818d6d78362686df99c80129"),
    ROOT("beta", "Beta us-east-1 Root CA RSA2048", "RSA 2048", "2061-05-18",
         "9c170caada139e8bf1add0d9f44a81e8e62df2115854914284794dab223dcf82"),
    ROOT("beta", "Beta us-east-1 Root CA RSA4096", "RSA 4096", "2121-05-18",
         "b89aeb92200e5434ba58b30a3e418a47f772542292ae7d569b072fdcfd345de3"),
    ROOT("preview", "Preview us-east-2 Root CA ECC384", "EC P-384", "2121-05-18",
         "d96605e5acb0c7a91f28bf091361c0f80e68a77013272a50276b3dafb9542a3b"),
    ROOT("preview", "Preview us-east-2 Root CA RSA2048", "RSA 2048", "2061-05-18",
         "50c530bc483367c49a89bf32d18d5a3c1917f577b147ea62bcec79375a69854e"),
    ROOT("preview", "Preview us-east-2 Root CA RSA4096", "RSA 4096", "2121-05-18",
         "2ed2b79cf308ce70ddae58b52057788977c7f039ed0a5c4727908b807ac3e128"),
    ROOT("us-gov-east-1", "us-gov-east-1 Root CA ECC384", "EC P-384", "2121-05-26",
         "27e7166e2530425322a2f2b65e3ed7ad65abc2107d196250657520cd57bfcb63"),
    ROOT("us-gov-east-1", "us-gov-east-1 Root CA RSA2048", "RSA 2048", "2062-04-16",
         "0825e2e35ca65df57c6270a5fec61c5cae757ac110664c8c824a26360b7a32dc"),
    ROOT("us-gov-east-1", "us-gov-east-1 Root CA RSA4096", "RSA 4096", "2121-05-26",
         "2ed64ee6c2e6c1a9b886b775eefb1dced7ea2fc4fe95c86af77d0650763df301"),
    ROOT("us-gov-west-1", "us-gov-west-1 Root CA ECC384", "EC P-384", "2121-05-26",
         "df862cd419975345e6a52009206b24279ee5628089aa74be9a8bf0b553c5e713"),
    ROOT("us-gov-west-1", "us-gov-west-1 Root CA RSA2048", "RSA 2048", "2062-04-15",
         "4f9a3f476897123ffd6f4be6950b31f60869848eddc64103d729afa91746b0a8"),
    ROOT("us-gov-west-1", "us-gov-west-1 Root CA RSA4096", "RSA 4096", "2121-05-26",
         "fbb52646a87a80da5a7e0781219aef06549b7031f58f0faea475839fc113fced"),
};

const struct rp_root *rp_known_roots(size_t *count)
{
    *count = sizeof(known) / sizeof(known[0]);
    return known;
}

bool rp_root_is_of_tests(const struct rp_root *root)
{
    return strcmp(root->set, "beta") == 0 || strcmp(root->set, "preview") == 0;
}
