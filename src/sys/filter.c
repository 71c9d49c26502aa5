#include "sys/filter.h"

#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define SNAPLEN_ALL 262144 /* libpcap's own "everything" */

/* Linux takes the outermost tag off before the filter runs, so that "vlan" compiled
 * for the bytes would never be true, while the rest of a filter sees inside. */
static bool asks_for_tag(const char *text)
{
	static const char word[] = "vlan";
	const char *at = text;

	while ((at = strstr(at, word)) != NULL) {
		char before = at == text ? ' ' : at[-1];
		char after = at[sizeof word - 1];

		if (strchr(" \t(!&|", before) != NULL &&
		        (after == '\0' || strchr(" \t)&|", after) != NULL))
			return true;
		at += sizeof word - 1;
	}
	return false;
}

static enum err refuse(const char *text, const char *reason, struct fault *why)
{
	struct text quoted;

	text_init(&quoted, FAULT_TEXT_MAX / 2);
	text_quote_terminal(&quoted, bytes_of_string(text));
	fault_set(why, ERR_USAGE, "the filter \"%s\" cannot be used: %s",
	        text_string(&quoted), reason);
	text_done(&quoted);
	return ERR_USAGE;
}

static enum err copy_program(
        const struct bpf_program *from, struct filter *ret, struct fault *why)
{
	/* Both are arrays of the same four members, each system's header its own. */
	_Static_assert(sizeof(struct sock_filter) == sizeof(struct bpf_insn), "same");
	struct sock_filter *code = calloc(from->bf_len, sizeof *code);

	if (code == NULL)
		return fault_set(why, ERR_MEMORY, "cannot compile the filter: %s",
		        err_sentence(ERR_MEMORY));
	memcpy(code, from->bf_insns, from->bf_len * sizeof *code);
	ret->program = (struct sock_fprog){
		.len = (unsigned short)from->bf_len,
		.filter = code,
	};
	return ERR_OK;
}

enum err filter_compile(const char *text, uint32_t link_type, uint32_t snaplen,
        struct filter *ret, struct fault *why)
{
	struct bpf_program compiled = { 0 };

	if (text == NULL)
		text = "";
	if (asks_for_tag(text))
		return refuse(text,
		        "leave \"vlan\" out; frames with a tag are matched by what is "
		        "inside",
		        why);
	/* DLT_RAW is 12 on Linux where the file format says 101. */
	int dlt = link_type == 101 ? DLT_RAW : (int)link_type;
	pcap_t *dead = pcap_open_dead(dlt, snaplen == 0 ? SNAPLEN_ALL : (int)snaplen);
	if (dead == NULL)
		return fault_set(why, ERR_MEMORY, "cannot compile the filter: %s",
		        err_sentence(ERR_MEMORY));

	enum err err;
	if (pcap_compile(dead, &compiled, text, 1, PCAP_NETMASK_UNKNOWN) != 0) {
		err = refuse(text, pcap_geterr(dead), why);
	} else {
		err = copy_program(&compiled, ret, why);
		pcap_freecode(&compiled);
	}
	pcap_close(dead);
	return err;
}

void filter_done(struct filter *filter)
{
	free(filter->program.filter);
	*filter = (struct filter){ 0 };
}
