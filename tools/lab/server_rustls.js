// Deno's TLS, which is rustls: host, port, certificate and key as JSON.
const config = JSON.parse(Deno.args[0]);
const listener = Deno.listenTls({
	hostname: config.host, port: config.port,
	cert: Deno.readTextFileSync(config.cert), key: Deno.readTextFileSync(config.key),
});
for (;;) {
	try {
		const peer = await listener.accept();
		peer.handshake().catch(() => {}).finally(() => {
			try { peer.close(); } catch { /* it is closed */ }
		});
	} catch { /* a handshake that failed is its peer's affair */ }
}
