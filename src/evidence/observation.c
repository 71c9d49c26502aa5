#include "evidence/observation.h"

const char *transport_name(enum transport transport)
{
	return transport == TRANSPORT_UDP ? "udp" : "tcp";
}

const char *side_name(enum side side)
{
	return side == SIDE_SERVER ? "server" : "client";
}

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[OUTCOME_COUNT] = {
		[OUTCOME_COMPLETED] = "completed",
		[OUTCOME_REFUSED] = "refused",
		[OUTCOME_RESET] = "reset",
		[OUTCOME_UNANSWERED] = "unanswered",
		[OUTCOME_UNDECIDED] = "undecided",
	};

	return names[outcome];
}

const char *upgrade_name(enum upgrade upgrade)
{
	static const char *const names[UPGRADE_COUNT] = {
		[UPGRADE_FTP] = "ftp",
		[UPGRADE_HTTP_CONNECT] = "http-connect",
		[UPGRADE_IMAP] = "imap",
		[UPGRADE_IRC] = "irc",
		[UPGRADE_LDAP] = "ldap",
		[UPGRADE_LMTP] = "lmtp",
		[UPGRADE_MANAGESIEVE] = "managesieve",
		[UPGRADE_MYSQL] = "mysql",
		[UPGRADE_NNTP] = "nntp",
		[UPGRADE_POP3] = "pop3",
		[UPGRADE_POSTGRESQL] = "postgresql",
		[UPGRADE_RDP] = "rdp",
		[UPGRADE_SMTP] = "smtp",
		[UPGRADE_SOCKS] = "socks",
		[UPGRADE_TDS] = "tds",
		[UPGRADE_TELNET] = "telnet",
		[UPGRADE_XMPP] = "xmpp",
		[UPGRADE_XMPP_SERVER] = "xmpp-server",
		[UPGRADE_UNKNOWN] = "unknown",
	};

	return names[upgrade];
}

enum upgrade upgrade_of_name(const char *name)
{
	if (name == NULL || name[0] == '\0')
		return UPGRADE_NONE;
	for (int i = UPGRADE_NONE + 1; i < UPGRADE_COUNT; i++)
		if (strcmp(upgrade_name((enum upgrade)i), name) == 0)
			return (enum upgrade)i;
	return UPGRADE_UNKNOWN;
}
