-- Endpoints as scanned: of each the last scans. Their certificates are those of
-- `certificate`, which `found` names by their digests. Where a handshake was seen and where
-- somebody scanned are two things: `endpoint` is of the first alone.

CREATE TABLE scan (
	id INTEGER PRIMARY KEY,
	address BLOB NOT NULL,     -- 16 bytes; IPv4 as ::ffff:a.b.c.d
	port INTEGER NOT NULL,
	transport TEXT NOT NULL,   -- 'tcp', 'udp' for DTLS, 'quic'
	upgrade TEXT NOT NULL,     -- 'smtp' and so on; '' if TLS comes first
	server_name BLOB NOT NULL, -- as it was sent; empty: none was
	at INTEGER NOT NULL,       -- microseconds since 1970
	host BLOB NOT NULL,        -- as who asked named it
	status TEXT NOT NULL,      -- 'accepted', 'refused', 'not-tls', 'no-answer', 'unknown'
	accepted INTEGER NOT NULL, -- versions: bit 1 SSL 2.0, 2 SSL 3.0, 3 TLS 1.0 to 6 TLS 1.3
	found BLOB NOT NULL        -- all of it, packed: src/evidence/endpoint_codec.h
) STRICT;

CREATE INDEX scan_of_endpoint ON scan (address, port, transport, upgrade, server_name, at);
