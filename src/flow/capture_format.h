/*
 * capture_format - the bytes of a capture file to frames: pcap and pcapng.
 *
 * pcap in microseconds and nanoseconds, both byte orders, and the modified
 * formats tcpdump reads; pcapng with several sections and interfaces and every
 * time resolution (draft-ietf-opsawg-pcapng). No I/O: bytes in, frames out.
 * The format is told from the first bytes, never from a file's name.
 */
#ifndef FLOW_CAPTURE_FORMAT_H
#define FLOW_CAPTURE_FORMAT_H

#include "base/err.h"
#include "flow/packet.h"

/* A frame longer than this is not believed (tcpdump's own maximum). */
#define CAPTURE_FRAME_MAX 262144

/* The longest record of a file that is asked for whole: a frame and its options. */
#define CAPTURE_RECORD_MAX (CAPTURE_FRAME_MAX + 65536)

#define CAPTURE_INTERFACES_MAX 4096 /* of one pcapng section */

struct capture_decoder; /* heap: the interfaces of the section */

/* Tells from the first bytes of a file whether it is a capture: ERR_OK, ERR_MORE
 * (fewer than 4 bytes), or ERR_TYPE. */
MUST_USE enum err capture_check(struct bytes start);

struct capture_decoder *capture_decoder_new(void);
void capture_decoder_free(struct capture_decoder *decoder);

/* Writes the next frame to *ret, borrowed from *in, which moves past it and past
 * whatever stood before it. ERR_MORE: the next record is not whole in *in (which
 * then begins at its start); capture_needs() tells how many bytes it has. ERR_TYPE:
 * not a capture. ERR_VALUE: a record that contradicts itself. ERR_LIMIT: a record
 * or a number of interfaces past the ceilings above. Faults but ERR_MORE are final. */
MUST_USE enum err capture_next(
	struct capture_decoder *decoder, struct bytes *in, struct frame *ret);

/* After ERR_MORE: how many bytes from the start of *in must be there. */
size_t capture_needs(const struct capture_decoder *decoder);

/* Frames the capturing system says it dropped (pcapng interface statistics). */
uint64_t capture_drops(const struct capture_decoder *decoder);

/* "pcap (nanoseconds, big-endian)", "pcapng": for messages. Never NULL. */
const char *capture_format_name(const struct capture_decoder *decoder);

#endif
