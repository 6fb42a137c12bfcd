#include "cfloor.h"

#include <string.h>

// Moves `at` past one BigSize. Returns 0 at the end of the input, and for a longer form than needed.
static int bigsize(const uint8_t **at, const uint8_t *end, uint64_t *value) {
    if (*at == end) return 0;
    uint8_t first = *(*at)++;
    if (first < 0xfd) {
        *value = first;
        return 1;
    }
    size_t width = (size_t)1 << (first - 0xfc);
    if ((size_t)(end - *at) < width) return 0;
    uint64_t number = 0;
    for (size_t index = 0; index < width; index++) number = number << 8 | *(*at)++;
    uint64_t least = width == 2 ? 0xfd : width == 4 ? 0x10000 : 0x100000000;
    *value = number;
    return number >= least;
}

int cfloor_bigsize(const uint8_t *bytes, size_t count, uint64_t *value) {
    const uint8_t *at = bytes;
    return bigsize(&at, bytes + count, value) && at == bytes + count;
}

ptrdiff_t cfloor_stream(const uint8_t *bytes, size_t count, struct cfloor_record *records, size_t room) {
    const uint8_t *at = bytes, *end = bytes + count;
    size_t found = 0;
    uint64_t last = 0;
    while (at < end) {
        const uint8_t *start = at;
        uint64_t type, length;
        if (!bigsize(&at, end, &type) || !bigsize(&at, end, &length)) return -1;
        if (length > (uint64_t)(end - at)) return -1;
        if (found > 0 && type <= last) return -1;
        if (found == room) return -1;
        records[found++] = (struct cfloor_record){
            .type = type,
            .encoding = start,
            .encoding_count = (size_t)(at - start) + (size_t)length,
            .value = at,
            .value_count = (size_t)length,
        };
        last = type;
        at += length;
    }
    return (ptrdiff_t)found;
}

static int is_space(uint8_t byte) { return byte == ' ' || (byte >= 9 && byte <= 13); }

ptrdiff_t cfloor_offer_text(const char *prefix, const uint8_t *text, size_t count, uint8_t *bytes) {
    static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    static int8_t values[256];
    if (values['q'] == values['p']) {
        memset(values, -1, sizeof values);
        for (int index = 0; index < 32; index++) values[(uint8_t)alphabet[index]] = (int8_t)index;
    }
    size_t prefix_count = strlen(prefix), seen = 0;
    int upper = 0, lower = 0;
    uint32_t bits = 0;
    int bit_count = 0;
    ptrdiff_t written = 0;
    for (size_t at = 0; at < count; at++) {
        uint8_t byte = text[at];
        if (byte == '+') {
            // Between two characters, with white space after it.
            if (at == 0 || text[at - 1] == '+') return -1;
            while (at + 1 < count && is_space(text[at + 1])) at++;
            if (at + 1 == count || text[at + 1] == '+') return -1;
            continue;
        }
        if (byte >= 'A' && byte <= 'Z') {
            upper = 1;
            byte += 32;
        } else if (byte >= 'a' && byte <= 'z') {
            lower = 1;
        }
        if (seen < prefix_count) {
            if (byte != (uint8_t)prefix[seen++]) return -1;
            continue;
        }
        if (seen++ == prefix_count) {
            if (byte != '1') return -1;
            continue;
        }
        if (values[byte] < 0) return -1;
        bits = bits << 5 | (uint32_t)values[byte];
        bit_count += 5;
        if (bit_count >= 8) {
            bit_count -= 8;
            bytes[written++] = (uint8_t)(bits >> bit_count);
        }
        bits &= (1u << bit_count) - 1;
    }
    if (upper && lower) return -1;
    if (bit_count > 4 || bits != 0) return -1;
    return written;
}

int cfloor_compare(const uint8_t *one, const uint8_t *other, size_t count) { return memcmp(one, other, count); }
