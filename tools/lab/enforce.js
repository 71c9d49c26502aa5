// A TLS server for every Node that enforces a policy; or, asked so, what the Node knows.
// enforce.js '{"host", "port", "keys": [[certificate, key]], "dh", "options"}'
// enforce.js '{"probe": [[option, value], ...]}': a line of JSON, true where it is taken.
var fs = require('fs');
var tls = require('tls');
var config = JSON.parse(process.argv[2]);
var create = tls.createSecureContext;

function takes(pair) {
	var options = {};
	options[pair[0]] = pair[1];
	try {
		create(options);
		return true;
	} catch (error) {
		return false;
	}
}

function serve() {
	var options = config.options;
	var server;

	function read(name) {
		return fs.readFileSync(name);
	}
	options.cert = config.keys.map(function (pair) { return read(pair[0]); });
	options.key = config.keys.map(function (pair) { return read(pair[1]); });
	if (config.dh)
		options.dhparam = read(config.dh);
	server = tls.createServer(options, function (socket) {
		socket.on('error', function () {});
	});
	server.on('clientError', function () {});
	server.on('tlsClientError', function () {});
	server.listen(config.port, config.host);
}

if (config.probe)
	console.log(JSON.stringify(config.probe.map(takes)));
else
	serve();
