#include "base/err.h"

static const struct {
	const char *name;
	const char *sentence;
} errors[ERR_COUNT] = {
	[ERR_OK] = { "ERR_OK", "all is well" },
#define ERR(code, sentence) [code] = { #code, sentence },
#include "base/err.def"
#undef ERR
};

const char *err_sentence(enum err err)
{
	return (unsigned)err < ERR_COUNT ? errors[err].sentence : "an unknown error";
}

const char *err_name(enum err err)
{
	return (unsigned)err < ERR_COUNT ? errors[err].name : "ERR_UNKNOWN";
}
