/*
 * attr - the GNU attributes this project uses, each under one short name.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

/* The result must be looked at. */
#define MUST_USE __attribute__((warn_unused_result))

/* Arguments are checked like those of printf: format at fmt, values from first. */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

/* Calls fn(&variable) when the variable goes out of scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Asks the cache for the line at p, to be read soon. */
#define PREFETCH(p) __builtin_prefetch(p)

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#endif
