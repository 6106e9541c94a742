/*
 * Memory for libraries that are given an allocator and free without telling a
 * size: each block carries its own in front, and is wiped before it is freed.
 */
#ifndef RP_BASE_WIPED_H
#define RP_BASE_WIPED_H

#include <stddef.h>

/* As malloc(3) and free(3). */
void *rp_wiped_allocate(size_t size);
void rp_wiped_release(void *memory);
/* As realloc(3), which would leave the old bytes behind. */
void *rp_wiped_resize(void *memory, size_t size);

#endif
