#include "tls/extension.h"

#define SESSION_ID_MAX 32

/* Which of the 65536 types were seen. A word counts only once its bit in `used`
 * is set, so 128 bytes are cleared for a hello and not 8 KB. */
struct type_set {
	uint64_t used[16];
	uint64_t words[1024];
};

/* False if type was in the set already. */
static bool type_set_add(struct type_set *set, uint16_t type)
{
	uint32_t word = type / 64;
	uint64_t used_bit = UINT64_C(1) << word % 64;
	uint64_t bit = UINT64_C(1) << type % 64;

	if ((set->used[word / 64] & used_bit) == 0) {
		set->used[word / 64] |= used_bit;
		set->words[word] = 0;
	}
	if (set->words[word] & bit)
		return false;
	set->words[word] |= bit;
	return true;
}

static void read_body(const struct extension_reader *reader, struct reader *body,
        void *hello, enum err *fault)
{
	enum err err;

	if (reader->read == NULL)
		return;
	reader->read(body, hello);
	err = reader_end(body);
	if (err != ERR_OK && *fault == ERR_OK)
		*fault = err;
}

struct reader extension_list_read(struct reader *r,
        const struct extension_reader *readers, size_t count, void *hello,
        enum err *ret_fault)
{
	struct reader all = reader_vec16(r);
	struct reader list = all;
	struct type_set seen;

	memset(seen.used, 0, sizeof seen.used);
	while (reader_more(&all)) {
		uint16_t type = reader_u16(&all);
		struct reader body = reader_vec16(&all);

		if (reader_fault(&all) != ERR_OK)
			break;
		if (!type_set_add(&seen, type))
			reader_spoil(&all, ERR_DUPLICATE);
		else if (type < count)
			read_body(&readers[type], &body, hello, ret_fault);
	}
	reader_close(r, &all);
	return list;
}

struct bytes session_id_read(struct reader *r)
{
	struct reader id = reader_vec8(r);

	if (reader_left(&id) > SESSION_ID_MAX)
		reader_spoil(r, ERR_VALUE);
	return reader_rest(&id);
}

struct bytes extension_find(struct reader list, uint16_t type)
{
	while (reader_more(&list)) {
		uint16_t this_type = reader_u16(&list);
		struct reader body = reader_vec16(&list);

		if (this_type == type)
			return reader_rest(&body);
	}
	return (struct bytes){ 0 };
}

void extension_keep_list(
        const struct reader *body, struct reader list, struct reader *ret)
{
	if (reader_end(body) == ERR_OK)
		*ret = list;
}

void extension_keep_bytes(
        const struct reader *body, struct bytes value, struct bytes *ret)
{
	if (reader_end(body) == ERR_OK)
		*ret = value;
}

void extension_keep_u16(const struct reader *body, uint16_t value, uint16_t *ret)
{
	if (reader_end(body) == ERR_OK)
		*ret = value;
}
