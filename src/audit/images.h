/*
 * images - releases of products, as container files tell them: "FROM nginx:1.25",
 * "image: nginx:1.25-alpine", "repository: nginx" with its "tag: 1.25".
 *
 * What a missing directive means depends on the release. Where several images of a
 * product are told, they must agree; a tag without a release ("latest", a digest, a
 * variable) tells nothing, and agrees with none. Pure.
 */
#ifndef AUDIT_IMAGES_H
#define AUDIT_IMAGES_H

#include <stdbool.h>

#include "base/bytes.h"

#define IMAGES_MAX 64 /* of one folder; more are not looked at, and agree with none */

/* Spans of the texts they were read from. */
struct image {
	struct bytes name; /* "nginx" of "docker.io/library/nginx:1.25" */
	struct bytes tag;  /* "1.25"; empty: none */
};

struct images {
	struct image all[IMAGES_MAX];
	size_t count;
	bool cut;
};

/* Adds what the text tells. */
void images_add(struct images *images, struct bytes text);

/* True if there are images of that name, and the release of each is older. What a tag
 * leaves open is the newest there is: "1.27" is not before "1.27.3". */
bool images_are_before(
	const struct images *images, struct bytes name, struct bytes release);

/* By its name: a file that tells of images. */
bool images_stand_in(struct bytes file_name);

#endif
