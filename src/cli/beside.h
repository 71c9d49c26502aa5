/*
 * beside - what the files of a folder tell of the releases in use there. Of one folder at
 * a time: files come folder by folder.
 */
#ifndef CLI_BESIDE_H
#define CLI_BESIDE_H

#include "audit/images.h"
#include "base/text.h"
#include "sys/tree.h"

struct beside {
	struct text text; /* members are for beside.c alone */
	struct images images;
	bool read;
	size_t folder_len;
	char folder[TREE_PATH_MAX];
};

void beside_init(struct beside *beside);
void beside_done(struct beside *beside);

/* Of the folder of that file; until the next call. */
const struct images *beside_images(struct beside *beside, const char *path);

#endif
