/*
 * exports - a machine with Windows for tests: entries of its registry, written as its
 * tools write them, and what `host` makes of them, a line a stack.
 */
#ifndef TESTS_UNIT_HOST_EXPORTS_H
#define TESTS_UNIT_HOST_EXPORTS_H

#include "host/windows.h"

/* Keys of a registry, and entries of them. */
#define HKLM  "HKEY_LOCAL_MACHINE\\"
#define WOW   HKLM "SOFTWARE\\Wow6432Node\\"
#define NAMED HKLM "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
#define IS(product, build, kind)                                                         \
	{ NAMED, "ProductName", product, 0 }, { NAMED, "CurrentBuild", build, 0 },       \
	{                                                                                \
		NAMED, "InstallationType", kind, 0                                       \
	}
#define SET(key, name, value)                                                            \
	{                                                                                \
		key, name, NULL, value                                                   \
	}
#define WINDOWS_7   IS("Windows 7 Professional", "7601", "Client")
#define WINDOWS_10  IS("Windows 10 Pro", "19045", "Client")
#define SERVER_2025 IS("Windows Server 2025 Standard", "26100", "Server")

#define ENTRIES_MAX 16

struct entry {
	const char *key; /* NULL: the end of a list */
	const char *name;
	const char *text; /* NULL: number is its DWORD */
	uint32_t number;
};

/* How a registry leaves a machine. */
enum form {
	FORM_REG,       /* regedit: UTF-16, little-endian, with its mark */
	FORM_REG_UTF8,  /* saved again by an editor */
	FORM_QUERY,     /* reg query, in 8 bits */
	FORM_QUERY_U16, /* the same behind PowerShell's > */
	FORM_COUNT,
};

/* Initialises ret; text_done() is owed. */
void exports_write(const struct entry *entries, enum form form, struct text *ret);

/* ASCII as UTF-16, little-endian, with its mark. Initialises ret. */
void exports_utf16(const char *ascii, struct text *ret);

struct machine {
	struct entry entries[ENTRIES_MAX];
	const char *inventory; /* NULL: none */
	const char *suites;
	const char *system;
};

/* A machine, and the lines that are told of it. */
struct row {
	const char *name; /* of the test */
	struct machine machine;
	const char *want[6];  /* lines that are told */
	const char *never[2]; /* what stands nowhere */
};

/* Of cmocka: *state is a row, which is checked in every form. */
void exports_check(void **state);

/* Appends "schannel, client TLS 1.2, server TLS 1.2\n", a line a stack, and "note: ...\n"
 * a note: its form of the registry read, and all derived. */
void exports_look(const struct machine *machine, enum form form, struct text *ret);

#endif
