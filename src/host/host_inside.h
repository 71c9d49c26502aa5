/*
 * host_inside - what the stacks' files share, for src/host alone.
 */
#ifndef HOST_HOST_INSIDE_H
#define HOST_HOST_INSIDE_H

#include "host/host.h"

/* A new stack at the end of the report; never NULL: past HOST_STACKS_MAX, or without
 * memory, one that is not told, and a note. */
struct host_stack *host_stack_add(
	struct host *host, const char *stack, const char *release, const char *path);

/* What the tables say of it: both sides derived, or unknown where the release is. The
 * row, or NULL. */
const struct default_row *host_stack_derive(
	struct host *host, struct host_stack *stack, const char *release);

/* What was derived is no longer known, since that file was not read. */
void host_unsettle(struct host *host, struct host_stack *stack, const char *file);

/* Appends a clause to a side's chain. */
void host_reason(struct host *host, struct host_side *side, const char *format, ...)
	PRINTF_LIKE(3, 4);
void host_reason_both(struct host *host, struct host_stack *stack, const char *format,
	...) PRINTF_LIKE(3, 4);

void host_note_add(struct host *host, const char *about, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* As printf has it; the arena's. "" without memory. */
const char *host_text(struct host *host, const char *format, ...) PRINTF_LIKE(2, 3);

/* Strangers' text, fit to stand in a clause; cut. The arena's. */
const char *host_quoted(struct host *host, const char *string);

/* The file's bytes, at most so many; *ret is the caller's only on success. Errors other
 * than ERR_NOT_FOUND are noted. */
MUST_USE enum err host_read(
	struct host *host, const char *path, size_t most, struct text *ret);

/* The program of that name in the usual folders, if it may be run and is trusted; else
 * NULL, and a note if it is there. The arena's. */
const char *host_program(struct host *host, const char *name);

/* Whether that program is there, is trusted, and may be run here; else a note says why.
 */
bool host_may_run(struct host *host, const char *path);

/* Runs it for what it says, a minute's patience at most; "" if it cannot be run. */
const char *host_said(struct host *host, const char *const *words, int *ret_code);

/* An ask for that stack; NULL past HOST_ASKS_MAX, with a note. */
struct host_ask *host_ask_add(struct host *host, struct host_stack *stack);

/* The usual folders of libraries, of programs, of runtimes of Java and of installations
 * of .NET that are there; ended by NULL. */
const char *const *host_library_folders(struct host *host);
const char *const *host_program_folders(struct host *host);
const char *const *host_runtime_folders(struct host *host);
const char *const *host_dotnet_folders(struct host *host);

/* The home of whoever asks, or root's of another machine; the arena's. */
const char *host_home(struct host *host);

/* The files whose names begin so in the folders of libraries, each once however many
 * links lead to it, by the shortest name; ended by NULL. */
const char *const *host_libraries(struct host *host, const char *begins);

/* The programs of that name in the folders of programs, each once; ended by NULL. */
const char *const *host_programs(struct host *host, const char *name);

/* The release behind one of these words in a file: "OpenSSL " in "OpenSSL 3.0.19 27 Jan
 * 2026". NULL: it is not in it. The arena's. */
const char *host_banner(struct host *host, const char *path, const char *const *words);

/* The first of these words that is found in a file; NULL: none. */
const char *host_word(struct host *host, const char *path, const char *const *words);

/* Among the stacks that were found before: whose library a program is linked with, by the
 * library's name in it, and of several of that name the one that lies nearest above it;
 * NULL: none of them. */
const struct host_stack *host_linked(struct host *host, const char *path);

/* Whether a stack sets a floor of its own: its row has TLS 1.0 and 1.1 to be turned on.
 */
bool host_has_floor(const struct default_row *row);

/* What mends a stack of that kind that is too old, by its table; NULL: nothing is known.
 */
const char *host_fix(struct host *host, const char *stack);

/* What the library that it is linked with leaves of both ranges; NULL: they stay. A floor
 * of its own may go below the library's: then what the library lacks is perhaps on. */
void host_narrow(struct host *host, struct host_stack *stack, bool has_floor,
	const struct host_stack *library);

/* What decides beside files: a process' environment and its arguments, each a list of
 * strings that end with a zero. */
struct host_settings {
	struct bytes variables;
	struct bytes arguments;
};

/* The next of such a list; false if there is none, or it is cut. */
bool host_string_next(struct bytes *left, const char **ret);

/* The value of a variable: of the process that is looked at, else of this program's own
 * environment where stacks are run with it; NULL: it is not set. */
const char *host_variable(struct host *host, const char *name);

/* Those arguments of the process that is looked at that begin so, parted by blanks; "" */
const char *host_arguments(struct host *host, const char *begins);

/* The first name in a folder that begins so, as a path; NULL: there is none. */
const char *host_first_in(struct host *host, const char *folder, const char *begins);

/* The name in an os-release; and whose system it is in *ret. NULL: there is none. */
const char *host_system_read(struct host *host, struct host_system *ret);

/* The second pass. */
MUST_USE enum err host_asking(struct host *host, struct fault *why);

/* One stack's file each. */
void stack_curl(struct host *host);
void stack_crypto_policies(struct host *host);
void stack_dotnet(struct host *host);
void stack_gnutls(struct host *host);
void stack_java(struct host *host);
void stack_mbedtls(struct host *host);
void stack_node(struct host *host);
void stack_nss(struct host *host);
void stack_openssl(struct host *host);
void stack_processes(struct host *host);
void stack_python(struct host *host);
void stack_wget(struct host *host);

/* One that a process uses: a library, or a program that one is linked into. NULL: what
 * is needed to tell of it is not there. */
struct host_stack *stack_gnutls_at(struct host *host, const char *path);
struct host_stack *stack_java_at(struct host *host, const char *home);
struct host_stack *stack_mbedtls_at(struct host *host, const char *path);
struct host_stack *stack_node_at(struct host *host, const char *path);
struct host_stack *stack_nss_at(struct host *host, const char *path);
struct host_stack *stack_openssl_at(struct host *host, const char *path);
struct host_stack *stack_openssl_inside(struct host *host, const char *path);

/* The home of ".../lib/server/libjvm.so"; NULL: it is in none. */
const char *stack_java_home(struct host *host, const char *library);

#endif
