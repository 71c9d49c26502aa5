// A TLS client for every Node from 0.8 on. One argument, JSON: host, port, name, and
// attempts: a list of tls.connect options, tried in turn until one gets an answer.
// keep: after the first answer, connect again with the session just made.
var tls = require('tls');
var config = JSON.parse(process.argv[2]);
var session = null;

function attempt(index, again) {
	var options = config.attempts[index];
	var settled = false;
	if (!options) {
		console.log('gave up');
		process.exit(1);
	}
	options.rejectUnauthorized = options.rejectUnauthorized || false;
	options.servername = config.name;
	options.host = config.host;
	options.port = config.port;
	if (again)
		options.session = session;

	function next() {
		if (settled)
			return;
		settled = true;
		setTimeout(function () {
			attempt(index + 1, false);
		}, 50);
	}
	var socket = tls.connect(config.port, config.host, options, function () {
		if (config.keep && !again && socket.on)
			socket.on('session', function (made) {
				session = made;
			});
		socket.write('GET / HTTP/1.0\r\nHost: ' + config.name + '\r\n\r\n');
	});
	socket.setTimeout && socket.setTimeout(3000, function () {
		socket.destroy();
		next();
	});
	socket.on('data', function () {
		if (settled)
			return;
		settled = true;
		console.log('answer');
		if (config.keep && !again && !session && socket.getSession)
			session = socket.getSession();
		setTimeout(function () {
			socket.destroy();
			if (config.keep && !again && session)
				attempt(index, true);
			else
				process.exit(0);
		}, 150);
	});
	socket.on('error', function (why) {
		console.log(String(why && why.message));
		next();
	});
	socket.on('close', next);
}

attempt(0, false);
