#include "cfloor.h"

// In a build made for it alone (Package.swift, BLIP66_COUNT_ALLOCATIONS): whoever defines malloc defines it for all libraries of the
// program, and a program that does so without free does not go together with another allocator that is loaded before glibc's.
#if defined(CFLOOR_COUNTS_ALLOCATIONS) && defined(__GLIBC__)

extern void *__libc_malloc(size_t count);
extern void *__libc_calloc(size_t number, size_t count);
extern void *__libc_realloc(void *memory, size_t count);

// Of each thread its own: no lock, and nothing that could call malloc again.
static _Thread_local int64_t allocations;

void *malloc(size_t count) {
    allocations++;
    return __libc_malloc(count);
}

void *calloc(size_t number, size_t count) {
    allocations++;
    return __libc_calloc(number, count);
}

void *realloc(void *memory, size_t count) {
    allocations++;
    return __libc_realloc(memory, count);
}

int64_t cfloor_allocations(void) { return allocations; }

#else

int64_t cfloor_allocations(void) { return -1; }

#endif
