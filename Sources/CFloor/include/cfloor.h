// The encodings as a C program reads them: what `blip66 bench` holds the readers of Sources/Wire against. The rules are the
// same, those of BOLT 1 and of BOLT 12's text form; an error has no words and no place.
#ifndef CFLOOR_H
#define CFLOOR_H

#include <stddef.h>
#include <stdint.h>

struct cfloor_record {
    uint64_t type;
    // Type, length and value.
    const uint8_t *encoding;
    size_t encoding_count;
    const uint8_t *value;
    size_t value_count;
};

// One BigSize that takes all of the bytes. Returns 0 when it is none, or not in its shortest form.
int cfloor_bigsize(const uint8_t *bytes, size_t count, uint64_t *value);

// A stream of records of any type. Returns how many there are; -1 for a stream that breaks a rule, or has more than `room`.
ptrdiff_t cfloor_stream(const uint8_t *bytes, size_t count, struct cfloor_record *records, size_t room);

// The bytes of an offer's text with this prefix. `bytes` has room for as many as there are characters.
// Returns how many there are; -1 for a text that breaks a rule.
ptrdiff_t cfloor_offer_text(const char *prefix, const uint8_t *text, size_t count, uint8_t *bytes);

// How often this thread has called malloc, calloc and realloc; -1 in a build that does not count.
int64_t cfloor_allocations(void);

// Which of two runs of bytes is the lesser, as memcmp says it.
int cfloor_compare(const uint8_t *one, const uint8_t *other, size_t count);

#endif
