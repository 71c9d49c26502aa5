#include "evidence/owner.h"

#include "base/text.h"

/* A document on its way into owners. */
struct reading {
	const struct document *document;
	struct arena *arena;
	struct fault *why;
};

#define refuse(reading, node, err, ...)                                                  \
	document_fault((reading)->document, (node), (reading)->why, (err), __VA_ARGS__)

static enum err expect(const struct reading *reading, const struct node *node,
	enum node_kind kind, const char *what)
{
	return document_expect(reading->document, node, kind, what, reading->why);
}

static enum err read_owner(const struct reading *reading, const struct node *node,
	const struct owners *so_far, struct owner *ret)
{
	enum err err = expect(reading, node, NODE_SCALAR, "an owner");

	if (err != ERR_OK)
		return err;
	if (node->text.len == 0 || node->text.len > OWNER_NAME_MAX)
		return refuse(reading, node, ERR_VALUE,
			"an owner's name has 1 to %d bytes", OWNER_NAME_MAX);
	for (size_t i = 0; i < node->text.len; i++)
		if (node->text.at[i] < ' ' || node->text.at[i] == 0x7f)
			return refuse(reading, node, ERR_VALUE,
				"an owner's name has no control characters");
	if (owners_find(so_far, node->text) != NULL)
		return refuse(reading, node, ERR_DUPLICATE, "this owner stands twice");
	ret->name = arena_string(reading->arena, node->text);
	return ret->name != NULL ? ERR_OK : ERR_MEMORY;
}

/* So many more of what stands in all entries. */
static enum err count_in(
	const struct reading *reading, const struct node *list, size_t *all)
{
	*all += list->count;
	if (*all > OWNED_MAX)
		return refuse(reading, list, ERR_LIMIT,
			"more than %d of these in all entries", OWNED_MAX);
	return ERR_OK;
}

static enum err read_networks(const struct reading *reading, const struct node *list,
	struct owners *all, struct owner *ret)
{
	enum err err = expect(reading, list, NODE_LIST, "networks");

	if (err == ERR_OK)
		err = count_in(reading, list, &all->networks);
	if (err != ERR_OK)
		return err;
	ret->networks =
		arena_take(reading->arena, (list->count + 1) * sizeof *ret->networks);
	if (ret->networks == NULL)
		return ERR_MEMORY;
	for (const struct node *at = list->first; at != NULL; at = at->next) {
		err = expect(reading, at, NODE_SCALAR, "a network");
		if (err != ERR_OK)
			return err;
		if (network_parse(at->text, &ret->networks[ret->network_count++]) !=
			ERR_OK)
			return refuse(reading, at, ERR_VALUE,
				"a network is an address, or one with its bits, as "
				"10.1.0.0/16");
	}
	return ERR_OK;
}

/* A name as clients send it: RFC 6066, 3, has no dot behind it. */
static bool is_server_name(struct bytes name)
{
	if (bytes_start_with(name, bytes_of_string("*.")))
		name = bytes_after(name, 2);
	return name.len > 0 && name.at[name.len - 1] != '.' &&
	       bytes_find(name, bytes_of_string("*")) == name.len;
}

static enum err read_names(const struct reading *reading, const struct node *list,
	struct owners *all, struct owner *ret)
{
	enum err err = expect(reading, list, NODE_LIST, "names");

	if (err == ERR_OK)
		err = count_in(reading, list, &all->names);
	if (err != ERR_OK)
		return err;
	ret->names = arena_take(reading->arena, (list->count + 1) * sizeof *ret->names);
	if (ret->names == NULL)
		return ERR_MEMORY;
	for (const struct node *at = list->first; at != NULL; at = at->next) {
		err = expect(reading, at, NODE_SCALAR, "a name");
		if (err != ERR_OK)
			return err;
		if (!is_server_name(at->text))
			return refuse(reading, at, ERR_VALUE,
				"a name is one of a server, without a dot behind it; "
				"only "
				"\"*.\" in front stands for others");
		ret->names[ret->name_count++] = at->text;
	}
	return ERR_OK;
}

static enum err read_entry(const struct reading *reading, const struct node *entry,
	struct owners *all, struct owner *ret)
{
	enum err err = expect(reading, entry, NODE_MAPPING, "an entry");

	*ret = (struct owner){ 0 };
	for (const struct node *at = entry->first; at != NULL && err == ERR_OK;
		at = at->next) {
		if (bytes_equal(at->key->text, bytes_of_string("owner")))
			err = read_owner(reading, at, all, ret);
		else if (bytes_equal(at->key->text, bytes_of_string("networks")))
			err = read_networks(reading, at, all, ret);
		else if (bytes_equal(at->key->text, bytes_of_string("names")))
			err = read_names(reading, at, all, ret);
		else
			err = refuse(reading, at->key, ERR_VALUE,
				"an entry has owner, networks and names alone");
	}
	if (err == ERR_OK && ret->name == NULL)
		err = refuse(reading, entry, ERR_VALUE, "an entry names its owner");
	return err;
}

enum err owners_of_document(const struct document *document, struct arena *arena,
	struct owners *ret, struct fault *why)
{
	const struct reading reading = { document, arena, why };
	const struct node *root = document->root;
	enum err err = expect(&reading, root, NODE_LIST, "a file of owners");

	*ret = (struct owners){ 0 };
	if (err != ERR_OK)
		return err;
	if (root->count > OWNERS_MAX)
		return refuse(
			&reading, root, ERR_LIMIT, "more than %d owners", OWNERS_MAX);
	ret->all = arena_take(arena, (root->count + 1) * sizeof *ret->all);
	if (ret->all == NULL)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	for (const struct node *at = root->first; at != NULL && err == ERR_OK;
		at = at->next) {
		err = read_entry(&reading, at, ret, &ret->all[ret->count]);
		ret->count += err == ERR_OK;
	}
	return err == ERR_MEMORY ? fault_set(why, err, "memory ran out") : err;
}

const struct owner *owners_find(const struct owners *owners, struct bytes name)
{
	for (size_t i = 0; i < owners->count; i++)
		if (bytes_equal(bytes_of_string(owners->all[i].name), name))
			return &owners->all[i];
	return NULL;
}

const struct owner *owners_of_address(
	const struct owners *owners, const struct address *address)
{
	for (size_t i = 0; i < owners->count; i++)
		for (size_t j = 0; j < owners->all[i].network_count; j++)
			if (network_has(&owners->all[i].networks[j], address))
				return &owners->all[i];
	return NULL;
}

/* "*.example.net" has all that end in ".example.net", and not "example.net". */
static bool fits(struct bytes name, struct bytes pattern)
{
	struct bytes end;

	if (!bytes_start_with(pattern, bytes_of_string("*.")))
		return bytes_equal_caseless(name, pattern);
	end = bytes_after(pattern, 1);
	return name.len > end.len &&
	       bytes_equal_caseless(bytes_after(name, name.len - end.len), end);
}

const struct owner *owners_of_name(const struct owners *owners, struct bytes name)
{
	for (size_t i = 0; i < owners->count; i++)
		for (size_t j = 0; j < owners->all[i].name_count; j++)
			if (fits(name, owners->all[i].names[j]))
				return &owners->all[i];
	return NULL;
}
