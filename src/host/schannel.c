#include "host/schannel.h"

#include "base/attr.h"

enum schannel_state schannel_state_of(
	struct dword enabled, struct dword disabled_by_default)
{
	if (enabled.there && enabled.value == 0)
		return SCHANNEL_DISABLED;
	if (disabled_by_default.there && disabled_by_default.value != 0)
		return SCHANNEL_OFF;
	if (enabled.there || disabled_by_default.there)
		return SCHANNEL_ENABLED;
	return SCHANNEL_SYSTEM;
}

bool schannel_half(struct dword enabled, struct dword disabled_by_default)
{
	return enabled.there && disabled_by_default.there &&
	       (enabled.value != 0) == (disabled_by_default.value != 0);
}

void schannel_apply(struct schannel_versions *versions, enum version_rank rank,
	enum schannel_state state)
{
	uint16_t version = VERSIONS_OF(rank);

	if (((versions->on | versions->can) & version) == 0)
		return;
	switch (state) {
	case SCHANNEL_SYSTEM:
		break;
	case SCHANNEL_ENABLED:
		versions->on |= version;
		versions->can &= (uint16_t)~version;
		break;
	case SCHANNEL_OFF:
		versions->on &= (uint16_t)~version;
		versions->can |= version;
		break;
	case SCHANNEL_DISABLED:
		versions->on &= (uint16_t)~version;
		versions->can &= (uint16_t)~version;
		break;
	}
}

uint16_t winhttp_mask(uint32_t mask)
{
	static const struct {
		uint32_t bit;
		enum version_rank rank;
	} bits[] = {
		{ 0x8, RANK_SSL2 },
		{ 0x20, RANK_SSL3 },
		{ 0x80, RANK_TLS10 },
		{ 0x200, RANK_TLS11 },
		{ 0x800, RANK_TLS12 },
		{ 0x2000, RANK_TLS13 },
	};
	uint16_t versions = 0;

	for (size_t i = 0; i < COUNT_OF(bits); i++)
		if ((mask & bits[i].bit) != 0)
			versions |= VERSIONS_OF(bits[i].rank);
	return versions;
}

/* WinHTTP asks Schannel by name, so what is only off by default is there for it. */
uint16_t winhttp_versions(uint16_t fallback, struct dword mask, bool mask_is_read,
	struct schannel_versions schannel)
{
	uint16_t asked = mask.there && mask_is_read ? winhttp_mask(mask.value) : fallback;

	return asked & (schannel.on | schannel.can);
}

enum {
	OLD = 1 << RANK_SSL3 | 1 << RANK_TLS10,
	TLS10_TO_12 = 1 << RANK_TLS10 | 1 << RANK_TLS11 | 1 << RANK_TLS12,
};

static bool is_set(struct dword value)
{
	return value.there && value.value != 0;
}

static bool is_cleared(struct dword value)
{
	return value.there && value.value == 0;
}

enum dotnet_step dotnet_versions(
	const struct dotnet_case *application, uint16_t system, uint16_t *ret)
{
	if (application->code != 0) {
		*ret = application->code;
		return DOTNET_CODE;
	}
	if (is_set(application->system_default)) {
		*ret = system;
		return DOTNET_SYSTEM_DEFAULT;
	}
	if (application->target >= 470 && !is_cleared(application->system_default)) {
		*ret = system;
		return DOTNET_SYSTEM_TARGET;
	}
	if (is_set(application->strong)) {
		*ret = TLS10_TO_12;
		return DOTNET_STRONG_CRYPTO;
	}
	if (application->target >= 460 && !is_cleared(application->strong)) {
		*ret = TLS10_TO_12;
		return DOTNET_STRONG_TARGET;
	}
	*ret = OLD;
	return DOTNET_OLD;
}

uint16_t dotnet_wcf_versions(unsigned target, uint16_t system)
{
	if (target >= 471)
		return system;
	return target >= 460 ? TLS10_TO_12 : OLD;
}

/* Microsoft's table has targets of 3.5, which reach TLS 1.2, and of 4.6.2 to 4.8.1, which
 * reach what Windows has; between them it has none. */
uint16_t dotnet_reached(unsigned target, uint16_t system, uint16_t *ret_doubted)
{
	*ret_doubted = 0;
	if (target < 400)
		return system & versions_to(RANK_TLS12);
	if (target < 462)
		*ret_doubted = system & VERSIONS_OF(RANK_TLS13);
	return system;
}

/* Microsoft's list of Release values; each holds from there on. */
unsigned dotnet_release(uint32_t release)
{
	static const struct {
		uint32_t from;
		unsigned release;
	} releases[] = {
		{ 378389, 450 },
		{ 378675, 451 },
		{ 379893, 452 },
		{ 393295, 460 },
		{ 394254, 461 },
		{ 394802, 462 },
		{ 460000, 470 }, /* 460798; Microsoft's checker draws the line here */
		{ 461308, 471 },
		{ 461808, 472 },
		{ 528040, 480 },
		{ 533320, 481 },
	};
	unsigned found = 0;

	for (size_t i = 0; i < COUNT_OF(releases); i++)
		if (release >= releases[i].from)
			found = releases[i].release;
	return found;
}
