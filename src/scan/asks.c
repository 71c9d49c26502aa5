#include "scan/asks.h"

/* In order of enum ask_kind. To add one: a line here and in asks.h, and a file. */
const struct ask *const asks[ASK_KINDS] = {
	[ASK_CONTROL] = &ask_control,
	[ASK_SUITES] = &ask_suites,
	[ASK_SSLV2] = &ask_sslv2,
	[ASK_ORDER] = &ask_order,
	[ASK_GROUPS] = &ask_groups,
	[ASK_SCHEMES] = &ask_schemes,
	[ASK_ALPN] = &ask_alpn,
	[ASK_FALLBACK] = &ask_fallback,
	[ASK_TOLERANCE] = &ask_tolerance,
	[ASK_HANDSHAKE] = &ask_handshake,
	[ASK_RESUME] = &ask_resume,
	[ASK_ALPN_ENCRYPTED] = &ask_alpn_encrypted,
	[ASK_NO_NAME] = &ask_no_name,
	[ASK_OTHER_NAME] = &ask_other_name,
	[ASK_AGAIN] = &ask_again,
	[ASK_SSLV2_AGAIN] = &ask_sslv2_again,
	[ASK_REST] = &ask_rest,
	[ASK_QUIC_ALPN] = &ask_quic_alpn,
	[ASK_QUIC_VERSIONS] = &ask_quic_versions,
};
