#include "report/software.h"

extern const char *const software_table[]; /* generated from data/software.tsv */

static const char *hex_of(const struct hello *hello, char ret[2 * SHA256_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA256_LEN; i++) {
		ret[2 * i] = digits[hello->digest[i] >> 4];
		ret[2 * i + 1] = digits[hello->digest[i] & 15];
	}
	ret[2 * SHA256_LEN] = '\0';
	return ret;
}

/* The next field of the line at *at, which moves past it and the tab behind. */
static struct bytes next_field(const char **at)
{
	size_t len = strcspn(*at, "\t\n");
	struct bytes field = bytes_over(*at, len);

	*at += len;
	if (**at == '\t')
		(*at)++;
	return field;
}

struct bytes software_of(const struct hello *hello)
{
	char hex[2 * SHA256_LEN + 1];
	const char *line = software_table[0];
	struct bytes digest;

	if (hello == NULL)
		return (struct bytes){ 0 };
	digest = bytes_of_string(hex_of(hello, hex));
	while (*line != '\0') {
		struct bytes key = next_field(&line);
		struct bytes label;

		(void)next_field(&line); /* family */
		label = next_field(&line);
		if (bytes_equal(key, digest))
			return label;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return (struct bytes){ 0 };
}
