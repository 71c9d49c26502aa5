#include "evidence/setting.h"

const char *setting_side_name(enum setting_side side)
{
	static const char *const names[] = {
		[SIDE_BOTH] = "both",
		[SIDE_CLIENT] = "client",
		[SIDE_SERVER] = "server",
	};

	return names[side];
}

const char *setting_means_name(enum setting_means means)
{
	static const char *const names[] = {
		[SETTING_SET] = "set",
		[SETTING_DEFERS] = "defers",
		[SETTING_ABSENT] = "absent",
		[SETTING_UNKNOWN] = "unknown",
	};

	return names[means];
}

const char *setting_place_name(enum setting_place place)
{
	static const char *const names[] = {
		[PLACE_OWN] = "own",
		[PLACE_TEST] = "test",
		[PLACE_EXAMPLE] = "example",
		[PLACE_VENDORED] = "vendored",
	};

	return names[place];
}

void setting_text(const struct setting *setting, struct text *text)
{
	switch (setting->means) {
	case SETTING_DEFERS:
		text_add(text, "defers to the default");
		break;
	case SETTING_UNKNOWN:
		text_add(text, "unknown");
		break;
	case SETTING_ABSENT:
		text_add(text, "unset: ");
		version_range_text(setting->range, text);
		break;
	case SETTING_SET:
		version_range_text(setting->range, text);
		break;
	}
}

bool setting_is_suppressed(const struct setting *setting, time_ns now)
{
	return setting->suppressed != SUPPRESSED_NOT &&
	       (setting->suppressed_until == 0 ||
		       now < setting->suppressed_until + TIME_DAY);
}

static int bytes_order(struct bytes a, struct bytes b)
{
	size_t least = a.len < b.len ? a.len : b.len;
	int order = least > 0 ? memcmp(a.at, b.at, least) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

int setting_order(const void *a, const void *b)
{
	const struct setting *one = a, *other = b;
	int order = bytes_order(one->path, other->path);

	if (order == 0)
		order = (one->at > other->at) - (one->at < other->at);
	return order != 0 ? order : strcmp(one->rule, other->rule);
}
