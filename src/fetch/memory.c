/* Memory for libcurl: each block carries its size in front, so that it can be wiped whole. */
#include "memory.h"

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

union block {
    size_t size;
    max_align_t align;
};

static void *allocate(size_t size)
{
    union block *block = size > SIZE_MAX - sizeof(*block) ? NULL : malloc(sizeof(*block) + size);

    if (block == NULL)
        return NULL;
    block->size = size;
    return block + 1;
}

static void release(void *memory)
{
    if (memory == NULL)
        return;
    union block *block = (union block *)memory - 1;
    explicit_bzero(block, sizeof(*block) + block->size);
    free(block);
}

static void *resize(void *memory, size_t size)
{
    size_t old = memory == NULL ? 0 : ((union block *)memory - 1)->size;
    void *larger = allocate(size);

    if (larger == NULL)
        return NULL;
    if (old > 0)
        memcpy(larger, memory, old < size ? old : size);
    release(memory);
    return larger;
}

static char *copy_string(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = allocate(size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

static void *allocate_zeroed(size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    void *memory = allocate(total);
    if (memory != NULL)
        memset(memory, 0, total);
    return memory;
}

bool rp_fetch_curl_init(void)
{
    return curl_global_init_mem(CURL_GLOBAL_DEFAULT, allocate, release, resize, copy_string,
                                allocate_zeroed) == CURLE_OK;
}
