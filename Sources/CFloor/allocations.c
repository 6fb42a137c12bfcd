#include "cfloor.h"

// glibc looks for malloc in the program first. The sanitizers do the same, and have a malloc of their own.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CFLOOR_SANITIZED
#endif
#endif

#if defined(__GLIBC__) && !defined(CFLOOR_SANITIZED)

extern void *__libc_malloc(size_t count);

static _Thread_local int64_t allocations;

void *malloc(size_t count) {
    allocations++;
    return __libc_malloc(count);
}

int64_t cfloor_allocations(void) { return allocations; }

#else

int64_t cfloor_allocations(void) { return -1; }

#endif
