#include "evidence/host_stack.h"

const char *host_known_name(enum host_known known)
{
	static const char *const names[] = {
		[HOST_UNKNOWN] = "unknown",
		[HOST_DERIVED] = "derived",
		[HOST_ASKED] = "asked",
	};

	return names[known];
}

const char *host_mapped_name(enum host_mapped mapped)
{
	static const char *const names[] = {
		[MAPPED_AS_STORED] = "stored",
		[MAPPED_REPLACED] = "replaced",
		[MAPPED_UNKNOWN] = "unknown",
	};

	return names[mapped];
}
