/*
 * document_yaml - reads a document from YAML, by libyaml.
 *
 * What settings and policies need and no more: one document, no anchors, aliases or
 * tags, so that nothing can be larger than it is written; each key once. Bytes in,
 * nodes out; no file is touched.
 */
#ifndef SYS_DOCUMENT_YAML_H
#define SYS_DOCUMENT_YAML_H

#include "base/arena.h"
#include "base/document.h"

#define YAML_BYTES_MAX ((size_t)1 << 20) /* a thousand times a policy */
#define YAML_DEPTH_MAX 16                /* a policy has three */
#define YAML_KEYS_MAX  512               /* of one mapping; found one by one */

/* name stands in faults and must outlive the document; the nodes are the arena's, with
 * copies of what they hold. ERR_VALUE, ERR_DUPLICATE or ERR_LIMIT: why has line, column
 * and what was expected. ERR_MEMORY. */
MUST_USE enum err document_read_yaml(struct bytes all, const char *name,
	struct arena *arena, struct document *ret, struct fault *why);

#endif
