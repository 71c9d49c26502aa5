// An HTTPS-like server for every Node: host, port and tls.createServer options as JSON.
var fs = require('fs');
var tls = require('tls');
var config = JSON.parse(process.argv[2]);
var options = config.options;

options.key = fs.readFileSync(options.key);
options.cert = fs.readFileSync(options.cert);
var server = tls.createServer(options, function (socket) {
	socket.on('error', function () {});
	socket.on('data', function () {
		socket.end('HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nok\n');
	});
});
server.on('clientError', function () {});
server.listen(config.port, config.host);
