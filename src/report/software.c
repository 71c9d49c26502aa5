#include "report/software.h"

#define LABELS_MAX 8 /* of one hello; a hello that more programs send says nothing */

extern const char *const software_table[]; /* generated from data/software.tsv */

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

static bool holds(const struct bytes *labels, size_t count, struct bytes label)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(labels[i], label))
			return true;
	return false;
}

/* The distinct labels of the lines that begin with key. */
static size_t labels_of(struct bytes key, struct bytes ret[LABELS_MAX])
{
	const char *line = software_table[0];
	size_t count = 0;

	while (*line != '\0' && count < LABELS_MAX) {
		struct bytes digest = next_field(&line);
		struct bytes label;

		(void)next_field(&line); /* family */
		label = next_field(&line);
		if (bytes_equal(digest, key) && !holds(ret, count, label))
			ret[count++] = label;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return count;
}

/* "GnuTLS 3.7.9" of "GnuTLS 3.7.9 (gnutls-cli)". */
static struct bytes stack_of(struct bytes label)
{
	return bytes_first(label, bytes_find(label, bytes_of_string(" (")));
}

void software_of(const struct hello *hello, struct text *text)
{
	struct bytes labels[LABELS_MAX];
	struct bytes told[LABELS_MAX];
	struct text key;
	size_t count, distinct = 0;

	if (hello == NULL)
		return;
	text_init(&key, 256);
	text_add(&key, "sha256:");
	text_hex(&key, bytes_over(hello->digest, SHA256_LEN));
	count = labels_of(bytes_of_string(text_string(&key)), labels);
	text_done(&key);
	for (size_t i = 0; i < count; i++) {
		struct bytes label = count == 1 ? labels[i] : stack_of(labels[i]);

		if (!holds(told, distinct, label))
			told[distinct++] = label;
	}
	for (size_t i = 0; i < distinct; i++) {
		text_add(text, i > 0 ? " or " : "");
		text_bytes(text, told[i]);
	}
}
