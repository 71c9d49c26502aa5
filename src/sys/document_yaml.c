#include "sys/document_yaml.h"

#include <yaml.h>

#include "base/text.h"

#define QUOTED_MAX 256 /* of a key that a fault shows */

/* A list or mapping whose end has not come. */
struct opened {
	struct node *node;
	struct node *last;      /* of its items */
	const struct node *key; /* of a mapping: read, its value not yet */
};

struct build {
	struct arena *arena;
	struct document document; /* name; root once it is there */
	struct opened opened[YAML_DEPTH_MAX];
	size_t depth;
	struct fault *why;
};

static enum err refuse(const struct build *build, const yaml_event_t *event, enum err err,
	const char *sentence)
{
	struct node place = { .line = (unsigned)event->start_mark.line + 1,
		.column = (unsigned)event->start_mark.column + 1 };

	return document_fault(&build->document, &place, build->why, err, "%s", sentence);
}

static enum err refuse_twice(
	const struct build *build, const struct node *key, const struct node *first)
{
	struct text quoted;
	enum err err;

	text_init(&quoted, QUOTED_MAX);
	text_quote_terminal(&quoted, bytes_first(key->text, QUOTED_MAX / 4 - 1));
	err = document_fault(&build->document, key, build->why, ERR_DUPLICATE,
		"%s stands here again; it stood at line %u", text_string(&quoted),
		first->key->line);
	text_done(&quoted);
	return err;
}

static struct node *make(
	struct build *build, const yaml_event_t *event, enum node_kind kind)
{
	struct node *node = arena_take(build->arena, sizeof *node);

	if (node != NULL) {
		node->kind = kind;
		node->line = (unsigned)event->start_mark.line + 1;
		node->column = (unsigned)event->start_mark.column + 1;
	}
	return node;
}

static enum err add_key(
	struct build *build, const yaml_event_t *event, const struct node *key)
{
	struct opened *in = &build->opened[build->depth - 1];
	const struct node *first = NULL;

	if (key->kind != NODE_SCALAR)
		return refuse(build, event, ERR_VALUE, "a key must be a scalar");
	if (in->node->count == YAML_KEYS_MAX)
		return refuse(build, event, ERR_LIMIT, "too many keys in one mapping");
	first = node_find(in->node, key->text);
	if (first != NULL)
		return refuse_twice(build, key, first);
	in->key = key;
	return ERR_OK;
}

/* Puts a node where the last event left a place for one. */
static enum err add(struct build *build, const yaml_event_t *event, struct node *node)
{
	struct opened *in;

	if (build->depth == 0) {
		build->document.root = node;
		return ERR_OK;
	}
	in = &build->opened[build->depth - 1];
	if (in->node->kind == NODE_MAPPING && in->key == NULL)
		return add_key(build, event, node);
	node->key = in->key;
	in->key = NULL;
	if (in->last == NULL)
		in->node->first = node;
	else
		in->last->next = node;
	in->last = node;
	in->node->count++;
	return ERR_OK;
}

static enum err on_scalar(struct build *build, const yaml_event_t *event)
{
	struct bytes text =
		bytes_over(event->data.scalar.value, event->data.scalar.length);
	struct node *node = make(build, event, NODE_SCALAR);

	if (text.len > 0 && memchr(text.at, 0, text.len) != NULL)
		return refuse(build, event, ERR_VALUE, "a zero byte has no place in it");
	if (node != NULL)
		node->text = arena_copy(build->arena, text);
	if (node == NULL || arena_refused(build->arena))
		return fault_set(build->why, ERR_MEMORY, "memory ran out");
	return add(build, event, node);
}

static enum err on_opening(
	struct build *build, const yaml_event_t *event, enum node_kind kind)
{
	struct node *node = make(build, event, kind);
	enum err err;

	if (node == NULL)
		return fault_set(build->why, ERR_MEMORY, "memory ran out");
	if (build->depth == YAML_DEPTH_MAX)
		return refuse(build, event, ERR_LIMIT, "this is nested too deeply");
	err = add(build, event, node);
	if (err == ERR_OK)
		build->opened[build->depth++] = (struct opened){ .node = node };
	return err;
}

/* Anchors are refused where they stand, for without them no alias can be. */
static bool is_tied(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return true;
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor != NULL ||
		       event->data.scalar.tag != NULL;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor != NULL ||
		       event->data.sequence_start.tag != NULL;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor != NULL ||
		       event->data.mapping_start.tag != NULL;
	default:
		return false;
	}
}

static enum err on_event(struct build *build, const yaml_event_t *event)
{
	if (is_tied(event))
		return refuse(build, event, ERR_VALUE,
			"anchors, aliases and tags are not taken; write it out");
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return build->document.root == NULL
			       ? ERR_OK
			       : refuse(build, event, ERR_VALUE,
					 "a second document begins; one is expected");
	case YAML_SCALAR_EVENT:
		return on_scalar(build, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_opening(build, event, NODE_LIST);
	case YAML_MAPPING_START_EVENT:
		return on_opening(build, event, NODE_MAPPING);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		build->depth--;
		return ERR_OK;
	case YAML_STREAM_END_EVENT:
		return build->document.root != NULL
			       ? ERR_OK
			       : refuse(build, event, ERR_VALUE, "nothing stands here");
	default:
		return ERR_OK;
	}
}

/* libyaml's words hold nothing of the file. */
static enum err refuse_notation(const struct build *build, const yaml_parser_t *parser)
{
	bool seen = parser->error != YAML_READER_ERROR;
	const yaml_mark_t *mark = seen ? &parser->problem_mark : &parser->mark;
	struct node place = { .line = (unsigned)mark->line + 1,
		.column = (unsigned)mark->column + 1 };

	if (parser->error == YAML_MEMORY_ERROR)
		return fault_set(build->why, ERR_MEMORY, "memory ran out");
	return document_fault(&build->document, &place, build->why, ERR_VALUE,
		"this is not YAML: %s",
		parser->problem != NULL ? parser->problem : "it cannot be read");
}

static enum err read_events(struct build *build, yaml_parser_t *parser)
{
	yaml_event_type_t type = YAML_NO_EVENT;
	enum err err = ERR_OK;

	while (err == ERR_OK && type != YAML_STREAM_END_EVENT) {
		yaml_event_t event;

		if (yaml_parser_parse(parser, &event) == 0)
			return refuse_notation(build, parser);
		type = event.type;
		err = on_event(build, &event);
		yaml_event_delete(&event);
	}
	return err;
}

enum err document_read_yaml(struct bytes all, const char *name, struct arena *arena,
	struct document *ret, struct fault *why)
{
	struct build build = { .arena = arena, .document = { .name = name }, .why = why };
	yaml_parser_t parser;
	enum err err;

	if (all.len > YAML_BYTES_MAX)
		return fault_set(why, ERR_LIMIT, "%s is larger than %zu bytes", name,
			YAML_BYTES_MAX);
	if (yaml_parser_initialize(&parser) == 0)
		return fault_set(why, ERR_MEMORY, "memory ran out");
	yaml_parser_set_input_string(&parser, all.at, all.len);
	err = read_events(&build, &parser);
	yaml_parser_delete(&parser);
	if (err == ERR_OK)
		*ret = build.document;
	return err;
}
