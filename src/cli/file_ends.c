#include "cli/file_ends.h"

#include "base/text.h"
#include "flow/decapsulation.h"
#include "sys/log.h"

/* A capture that is cut in its last packet is an everyday thing: it was rotated, or
 * whoever wrote it was interrupted. Everything before is kept, so it is no failure. */
void file_ends_tell(struct file_ends *ends, enum err end, const struct fault *fault)
{
	uint64_t *count = end == ERR_SHORT ? &ends->cut : &ends->faulty;

	if (++*count > FILE_ENDS_TOLD_MAX)
		return;
	log_progress_end();
	if (end == ERR_SHORT)
		log_warning("%s", fault->text);
	else
		log_fault(fault);
}

static void tell_link(struct file_ends *ends, const char *path, uint32_t link_type)
{
	const char *name = link_type_foreign_name(link_type);
	bool told = ends->link_count == FILE_ENDS_LINKS_MAX;
	struct text quoted;

	for (size_t i = 0; i < ends->link_count; i++)
		told |= ends->links[i] == link_type;
	if (told)
		return;
	ends->links[ends->link_count++] = link_type;
	log_progress_end();
	text_init(&quoted, FAULT_TEXT_MAX);
	text_quote_terminal(&quoted, bytes_of_string(path));
	log_warning("%s: packets of link type %u (%s) are not understood; they are "
		    "skipped and counted",
		text_string(&quoted), link_type, name == NULL ? "unnamed" : name);
	text_done(&quoted);
}

void file_ends_links(
	struct file_ends *ends, const char *path, const struct source_links *links)
{
	for (size_t i = 0; i < links->foreign_count; i++)
		tell_link(ends, path, links->foreign[i]);
	if (links->foreign_count > 0 && !links->understood)
		ends->faulty++;
}

void file_ends_sum(const struct file_ends *ends)
{
	if (ends->faulty > FILE_ENDS_TOLD_MAX)
		log_error("%llu files in all could not be read, or not to their end",
			(unsigned long long)ends->faulty);
	if (ends->cut > FILE_ENDS_TOLD_MAX)
		log_warning("%llu files in all end inside a packet",
			(unsigned long long)ends->cut);
}
