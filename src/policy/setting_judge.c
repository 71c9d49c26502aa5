#include "policy/setting_judge.h"

static enum setting_verdict judge_range(
	const struct policy *policy, const struct setting *setting)
{
	uint16_t allowed = policy->versions;
	uint16_t on = setting->range.on;
	uint16_t reachable = on | setting->range.maybe;
	uint16_t newest = VERSIONS_OF(versions_highest(allowed));

	if ((reachable & allowed) == 0)
		return SETTING_BREAKS;
	if (setting->one_of && on == 0 && (reachable & ~allowed) != 0)
		return SETTING_UNCLEAR;
	if ((on & ~allowed) != 0)
		return setting->side == SIDE_SERVER && (on & allowed) != 0
			       ? SETTING_BREAKS
			       : SETTING_ALLOWS;
	if ((reachable & newest) == 0 && !setting->floor)
		return SETTING_PINS;
	return SETTING_PASSES;
}

static enum setting_level level_of(enum setting_verdict verdict, enum setting_place place)
{
	static const enum setting_level levels[SETTING_VERDICT_COUNT] = {
		[SETTING_PASSES] = LEVEL_NONE,
		[SETTING_UNCLEAR] = LEVEL_NOTE,
		[SETTING_PINS] = LEVEL_NOTE,
		[SETTING_ALLOWS] = LEVEL_WARNING,
		[SETTING_BREAKS] = LEVEL_ERROR,
	};
	enum setting_level level = levels[verdict];

	return place != PLACE_OWN && level > LEVEL_NOTE ? level - 1 : level;
}

struct setting_judgement setting_judge(
	const struct policy *policy, const struct setting *setting)
{
	struct setting_judgement judgement = { 0 };

	switch (setting->means) {
	case SETTING_DEFERS:
		judgement.verdict = SETTING_PASSES;
		break;
	case SETTING_UNKNOWN:
		judgement.verdict = SETTING_UNCLEAR;
		break;
	case SETTING_ABSENT:
	case SETTING_SET:
		judgement.verdict = judge_range(policy, setting);
		judgement.against = setting->range.on & (uint16_t)~policy->versions;
		break;
	}
	judgement.level = level_of(judgement.verdict, setting->place);
	return judgement;
}

void setting_judgement_text(const struct setting_judgement *judgement,
	const struct setting *setting, struct text *text)
{
	bool more = (setting->range.on & ~judgement->against) != 0 ||
		    setting->range.maybe != 0;

	const char *unset = setting->means == SETTING_ABSENT ? "unset: " : "";

	if (judgement->verdict == SETTING_UNCLEAR) {
		text_format(text, "%swhat it comes to is not known", unset);
	} else if (judgement->against != 0 && more) {
		text_format(text, "%sallows ", unset);
		versions_text(judgement->against, text);
	} else if (setting->range.on != 0 && setting->range.maybe == 0 &&
		   judgement->verdict >= SETTING_PINS) {
		text_format(text, "%spins ", unset);
		versions_text(setting->range.on, text);
	} else {
		setting_text(setting, text); /* with its own "unset" */
	}
}

const char *setting_verdict_name(enum setting_verdict verdict)
{
	static const char *const names[SETTING_VERDICT_COUNT] = {
		[SETTING_PASSES] = "passes",
		[SETTING_UNCLEAR] = "unknown",
		[SETTING_PINS] = "pins",
		[SETTING_ALLOWS] = "allows",
		[SETTING_BREAKS] = "breaks",
	};

	return names[verdict];
}

const char *setting_level_name(enum setting_level level)
{
	static const char *const names[] = {
		[LEVEL_NONE] = "none",
		[LEVEL_NOTE] = "note",
		[LEVEL_WARNING] = "warning",
		[LEVEL_ERROR] = "error",
	};

	return names[level];
}
