/* Memory for libcurl and OpenSSL: what they ask for beyond allocating, resizing and releasing. */
#include "memory.h"

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "rdspass/base/wiped.h"

static char *copy_string(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = rp_wiped_allocate(size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

static void *allocate_zeroed(size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    void *memory = rp_wiped_allocate(total);
    if (memory != NULL)
        memset(memory, 0, total);
    return memory;
}

static void *allocate(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return size == 0 ? NULL : rp_wiped_allocate(size);
}

static void *resize(void *memory, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    if (size > 0)
        return rp_wiped_resize(memory, size);
    rp_wiped_release(memory);
    return NULL;
}

static void release(void *memory, const char *file, int line)
{
    (void)file;
    (void)line;
    rp_wiped_release(memory);
}

bool rp_fetch_curl_init(void)
{
    /* Refused where a library has used OpenSSL before main(): then it wipes its keys alone. */
    (void)CRYPTO_set_mem_functions(allocate, resize, release);
    return curl_global_init_mem(CURL_GLOBAL_DEFAULT, rp_wiped_allocate, rp_wiped_release,
                                rp_wiped_resize, copy_string, allocate_zeroed) == CURLE_OK;
}
