-- Evidence of handshakes: small tables of what recurs, and one of counts.
-- In `handshake` 0 stands for "not seen" (hello) and "none was sent" (name).

CREATE TABLE client (
	id INTEGER PRIMARY KEY,
	address BLOB NOT NULL UNIQUE -- 16 bytes; IPv4 as ::ffff:a.b.c.d
) STRICT;

CREATE TABLE endpoint (
	id INTEGER PRIMARY KEY,
	address BLOB NOT NULL,
	port INTEGER NOT NULL,
	transport TEXT NOT NULL, -- 'tcp' or 'udp'
	upgrade TEXT NOT NULL,   -- 'smtp' and so on; '' if TLS came first
	UNIQUE (address, port, transport, upgrade)
) STRICT;

CREATE TABLE name (
	id INTEGER PRIMARY KEY,
	name BLOB NOT NULL UNIQUE -- as the client sent it: any bytes
) STRICT;

CREATE TABLE hello (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE, -- SHA-256, 32 bytes
	format INTEGER NOT NULL,     -- 0 tls, 1 sslv2, 2 dtls, 3 quic
	max_version INTEGER NOT NULL,
	max_version_legacy INTEGER NOT NULL,
	fallback_scsv INTEGER NOT NULL,
	family INTEGER NOT NULL,
	form BLOB NOT NULL,
	ja3 TEXT NOT NULL,
	ja4 TEXT NOT NULL
) STRICT;

CREATE TABLE certificate (
	id INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE, -- SHA-256 of the DER
	subject TEXT NOT NULL,
	issuer TEXT NOT NULL,
	names TEXT NOT NULL,
	key_type TEXT NOT NULL,
	key_bits INTEGER NOT NULL,
	signature TEXT NOT NULL,
	not_before INTEGER NOT NULL, -- seconds since 1970
	not_after INTEGER NOT NULL
) STRICT;

-- What the server made of a hello, and how it ended. NULL: not seen.
CREATE TABLE answer (
	id INTEGER PRIMARY KEY,
	key BLOB NOT NULL UNIQUE, -- all of it, packed
	hello_cut INTEGER NOT NULL,
	hello_malformed INTEGER NOT NULL,
	version INTEGER,
	cipher INTEGER,
	"group" INTEGER,
	dh_bits INTEGER,
	signature_scheme INTEGER,
	alpn BLOB,
	ja3s TEXT,
	certificate INTEGER REFERENCES certificate (id),
	resumed INTEGER,
	retried INTEGER NOT NULL,
	client_certificate_asked INTEGER NOT NULL,
	extended_master_secret INTEGER NOT NULL,
	secure_renegotiation INTEGER NOT NULL,
	outcome TEXT NOT NULL,
	outcome_inferred INTEGER NOT NULL,
	alert_count INTEGER NOT NULL,
	alerts BLOB NOT NULL -- four bytes each: side, level, description, inferred
) STRICT;

CREATE TABLE handshake (
	hour INTEGER NOT NULL, -- hours since 1970
	client INTEGER NOT NULL,
	endpoint INTEGER NOT NULL,
	name INTEGER NOT NULL,
	hello INTEGER NOT NULL,
	answer INTEGER NOT NULL,
	count INTEGER NOT NULL,
	first INTEGER NOT NULL, -- microseconds since the hour began
	last INTEGER NOT NULL,
	PRIMARY KEY (hour, client, endpoint, name, hello, answer)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
	id INTEGER PRIMARY KEY,
	started INTEGER NOT NULL, -- microseconds since 1970
	ended INTEGER NOT NULL,
	version TEXT NOT NULL,
	inputs BLOB NOT NULL
) STRICT;

CREATE TABLE coverage (
	run INTEGER NOT NULL REFERENCES run (id),
	counter TEXT NOT NULL,
	value INTEGER NOT NULL,
	PRIMARY KEY (run, counter)
) STRICT, WITHOUT ROWID;
