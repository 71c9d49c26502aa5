#include "cli/beside.h"

#include "sys/neighbours.h"

void beside_init(struct beside *beside)
{
	*beside = (struct beside){ .read = false };
	text_init(&beside->text, NEIGHBOURS_MAX * (NEIGHBOUR_BYTES_MAX + 1));
}

void beside_done(struct beside *beside)
{
	text_done(&beside->text);
}

const struct images *beside_images(struct beside *beside, const char *path)
{
	size_t len = neighbours_folder_len(path);

	if (beside->read && len == beside->folder_len &&
		memcmp(path, beside->folder, len) == 0)
		return &beside->images;
	if (len >= sizeof beside->folder)
		return NULL;
	text_reset(&beside->text);
	neighbours_read(path, images_stand_in, &beside->text);
	beside->images = (struct images){ .count = 0 };
	images_add(&beside->images,
		bytes_over(text_string(&beside->text), text_len(&beside->text)));
	beside->read = true;
	beside->folder_len = len;
	memcpy(beside->folder, path, len);
	return &beside->images;
}
