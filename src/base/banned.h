/*
 * Functions that this project does not call, with what it calls instead. Every
 * source is compiled with this header first (see the Makefile).
 */
#ifndef RP_BASE_BANNED_H
#define RP_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* No bounds: struct rp_buf. (With fortification, clang sees this one as a macro.) */
#undef sprintf
#pragma GCC poison strcpy strcat strncpy strncat stpcpy sprintf vsprintf gets
/* Hidden state, or quiet about errors: rp_span_split, rp_span_to_uint. */
#pragma GCC poison strtok strtok_r atoi atol atoll sscanf
/* Local time, static buffers: rp_time_format. */
#pragma GCC poison localtime ctime asctime mktime
/* A shell, or predictable names. */
#pragma GCC poison system popen tmpnam mktemp tempnam
/* Old memory is not wiped: struct rp_buf. */
#pragma GCC poison realloc reallocarray
/* Copies into the pool of a child or of a core: struct rp_context. */
#pragma GCC poison putenv setenv
/* The environment goes through struct rp_env; base/context.c alone asks the process. */
#ifndef RP_ALLOW_GETENV /* set by the Makefile for that file */
#pragma GCC poison getenv secure_getenv
#endif

#endif
