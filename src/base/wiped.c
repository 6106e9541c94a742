/* Blocks that know how large they are. */
#include "rdspass/base/wiped.h"

#include <stdint.h>

union block {
    size_t size;
    max_align_t align;
};

void *rp_wiped_allocate(size_t size)
{
    union block *block = size > SIZE_MAX - sizeof(*block) ? NULL : malloc(sizeof(*block) + size);

    if (block == NULL)
        return NULL;
    block->size = size;
    return block + 1;
}

void rp_wiped_release(void *memory)
{
    if (memory == NULL)
        return;
    union block *block = (union block *)memory - 1;
    explicit_bzero(block, sizeof(*block) + block->size);
    free(block);
}

void *rp_wiped_resize(void *memory, size_t size)
{
    size_t old = memory == NULL ? 0 : ((union block *)memory - 1)->size;
    void *other = rp_wiped_allocate(size);

    if (other == NULL)
        return NULL;
    if (old > 0)
        memcpy(other, memory, old < size ? old : size);
    rp_wiped_release(memory);
    return other;
}
