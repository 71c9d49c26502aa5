/*
 * directives - configurations of lines and blocks, by a table of syntaxes.
 *
 * A directive is a name, a value, and the block that it stands in; so are the key of a
 * mapping, the element and attribute of XML. Spans of the file, nothing is copied; any
 * bytes give directives, for configurations are often templates of themselves. Pure.
 */
#ifndef AUDIT_DIRECTIVES_H
#define AUDIT_DIRECTIVES_H

#include "base/arena.h"
#include "base/err.h"

#define DIRECTIVES_MAX ((size_t)1 << 18) /* a configuration of 10 MB */
#define BLOCKS_MAX     64                /* deeper ones count as the deepest */

enum block_kind {
	BLOCKS_NONE,
	BLOCKS_BRACES,   /* name { ... } */
	BLOCKS_SECTIONS, /* [name] up to the next */
	BLOCKS_STARTS,   /* what begins a line at its margin, as in HAProxy */
	BLOCKS_TAGS,     /* <Name> ... </Name> */
};

/* Readers beside the one of lines and blocks. What a list holds, and an object in a list,
 * has no name; a mapping's key is a directive and opens a block. Nothing is expanded:
 * entities, anchors and aliases are what they are written. */
enum notation {
	NOTATION_LINES,
	NOTATION_YAML,         /* and JSON; templates between the lines are passed over */
	NOTATION_XML,          /* an attribute is a directive of its element's block */
	NOTATION_COMMANDS,     /* a command is a block, its options are directives */
	NOTATION_COMMAND_LIST, /* the same of a list: ["curl", "--tlsv1.0"] */
};

struct syntax {
	const char *name;
	const char *comments;  /* characters; they begin one at a word's start */
	bool trailing;         /* comments may stand behind a directive, a blank before */
	char ends;             /* a directive: '\n' or ';' */
	bool indent_continues; /* a line that begins with white space goes on */
	char continues;        /* at the end of a line; 0: none */
	const char *assigns; /* characters that part name and value, beside white space */
	bool must_assign;    /* one of them must stand there */
	const char *quotes;  /* inside of them nothing ends */
	enum block_kind blocks;
	bool slashes; /* comments as in C, too */
	bool groups; /* inside of brackets nothing ends, but where braces stand in them */
	bool commas; /* end a directive too */
	bool here_documents;  /* "<<NAME" up to a line NAME is a value */
	const char *leads;    /* a word before the name that says nothing: "-o" */
	bool keys;            /* XML: "<key>a</key><string>b</string>" is a directive a */
	enum notation reader; /* of another notation; the rest does not count then */
};

/* In order of name. */
extern const struct syntax syntaxes[];
extern const size_t syntax_count;

/* NULL if there is none of that name. */
const struct syntax *syntax_find(struct bytes name);

#define NO_BLOCK UINT32_MAX

struct directive {
	struct bytes name;
	struct bytes value; /* without white space around it */
	uint32_t at;        /* of the name */
	uint32_t end;       /* behind what ends it */
	uint32_t block;     /* index of the directive that opened the block around it */
	bool opens;
	bool program; /* a command's block; no setting of that name */
};

/* In the order in which they were read, which is that of their places but for the text of
 * an XML element, behind its attributes, and a command in another, before that one. */
struct directives {
	const struct directive *all; /* the arena's */
	size_t count;
	bool cut; /* there were more than DIRECTIVES_MAX */
};

/* ERR_MEMORY. */
MUST_USE enum err directives_read(struct bytes file, const struct syntax *syntax,
	struct arena *arena, struct directives *ret);

#endif
