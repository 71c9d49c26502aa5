import java.io.FileInputStream;
import java.net.InetAddress;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.concurrent.*;
import javax.net.ssl.*;

/** Enforce.java HOST PORT KEYSTORES PROTOCOLS SUITES server|client: a server of JSSE; or "list": the suites it has. */
public class Enforce {
	public static void main(String[] arguments) throws Exception {
		if (arguments[0].equals("list")) {
			for (String suite : SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites())
				System.out.println(suite);
			return;
		}
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys(arguments[2].split(",")), null, null);
		SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory()
			.createServerSocket(Integer.parseInt(arguments[1]), 50, InetAddress.getByName(arguments[0]));
		SSLParameters parameters = server.getSSLParameters();
		parameters.setProtocols(arguments[3].split(","));
		if (!arguments[4].isEmpty())
			parameters.setCipherSuites(arguments[4].split(","));
		parameters.setUseCipherSuitesOrder(arguments[5].equals("server"));
		server.setSSLParameters(parameters);
		ExecutorService workers = Executors.newFixedThreadPool(4);
		while (true) {
			SSLSocket socket = (SSLSocket) server.accept();
			workers.execute(() -> answer(socket));
		}
	}

	private static KeyManager[] keys(String[] stores) throws Exception {
		KeyStore all = KeyStore.getInstance("PKCS12");
		all.load(null, null);
		for (String store : stores) {
			KeyStore one = KeyStore.getInstance("PKCS12");
			one.load(new FileInputStream(store), new char[0]);
			String alias = one.aliases().nextElement();
			all.setKeyEntry(alias, one.getKey(alias, new char[0]), new char[0], one.getCertificateChain(alias));
		}
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(all, new char[0]);
		return factory.getKeyManagers();
	}

	private static void answer(SSLSocket socket) {
		try (socket) {
			socket.setSoTimeout(4000);
			socket.startHandshake();
		} catch (Exception refused) {
			// The peer has been told.
		}
	}
}
