/*
 * windows_inside - what the parts of windows share, for windows*.c alone.
 */
#ifndef HOST_WINDOWS_INSIDE_H
#define HOST_WINDOWS_INSIDE_H

#include "host/host_inside.h"
#include "host/inventory.h"
#include "host/schannel.h"
#include "host/windows.h"

#define SCHANNEL_KEY                                                                     \
	"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\"    \
	"SCHANNEL"

struct windows {
	struct host *host;
	const struct host_exports *exports;
	struct registry registry;
	struct inventory inventory;
	bool inventory_there; /* of updates */
	char release[32];     /* "10.0.17763"; "" not known */
	const char *table;    /* of data/hosts: "schannel", "-server", "-gs" */
	bool server;
	bool narrow;                     /* of 32 bits: it has no Wow6432Node */
	struct schannel_versions client; /* once Schannel is through */
	struct schannel_versions server_side;
	bool known;              /* whether these two are */
	uint16_t doubted_client; /* on in these, or perhaps */
	uint16_t doubted_server;
	uint16_t unsure; /* which only an update brings that may be there */
};

/* A value of another kind is not there, and a note. */
struct dword windows_dword(
	const struct windows *windows, const char *key, const char *name);

/* What would settle a default that is not known. */
const char *windows_unknown(const struct windows *windows);

/* Which Windows it is: by the registry, else a list, else the name that was said.
 * ERR_USAGE: there is no system of that name. */
MUST_USE enum err windows_system(struct windows *windows, struct fault *why);

void windows_schannel(struct windows *windows);
void windows_winhttp(struct windows *windows);
void windows_dotnet(struct windows *windows);
void windows_inventory(struct windows *windows);

#endif
