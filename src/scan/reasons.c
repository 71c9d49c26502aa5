/* Why something stayed open, and what would settle it. */
#include "scan/survey_inside.h"
#include "tls/quic_version.h"

enum endpoint_status survey_silence(const struct survey *survey, const struct job *job)
{
	return survey->transport != PROBE_TCP && job->last == REPLY_SILENT
		       ? ENDPOINT_NO_ANSWER
		       : ENDPOINT_UNKNOWN;
}

/* Of UDP's silence and ICMP's word, which anybody may say. */
static const char *reason_over_udp(struct survey *survey, const struct job *job)
{
	if (job->last == REPLY_NO_LISTENER)
		return "nobody listens there: ICMP says that the port is unreachable";
	if (!survey->reached)
		return survey_clause(survey,
			"nothing came back, %u time%s; a server that passes it over, a "
			"filter and no server look alike over UDP",
			survey->no_connection, survey->no_connection == 1 ? "" : "s");
	return survey_clause(survey,
		"it passes this over in silence, %u time%s, and answers other hellos; "
		"its "
		"own configuration would settle it",
		job->tries, job->tries == 1 ? "" : "s");
}

const char *survey_reason(struct survey *survey, const struct job *job)
{
	static const char *const how[REPLY_KINDS] = {
		[REPLY_CLOSED] = "it closed the connection without a word",
		[REPLY_RESET] = "it reset the connection",
		[REPLY_SILENT] = "it said nothing until time was over",
		[REPLY_NOT_TLS] = "it answered something else than TLS",
		[REPLY_MALFORMED] = "its answer began as TLS and did not go on so",
		[REPLY_BROKEN] = "it broke off within its hello",
		[REPLY_BEFORE_TLS] = "the dialogue in front did not come to TLS",
		[REPLY_NO_LISTENER] = "nobody listened",
		[REPLY_NO_CONNECT] = "nobody took the connection",
		[REPLY_UNREACHABLE] = "there was no way to it",
		[REPLY_LOCAL] = "this machine had no ports left",
	};

	if (survey->stopped)
		return "the scan was stopped before";
	if (how[job->last] == NULL)
		return "no answer told";
	if (survey->transport != PROBE_TCP &&
		(job->last == REPLY_SILENT || job->last == REPLY_NO_LISTENER))
		return reason_over_udp(survey, job);
	return survey_clause(survey,
		"%s, %u time%s; asking again, or the server's own "
		"configuration, would settle it",
		how[job->last], job->tries, job->tries == 1 ? "" : "s");
}

const char *survey_reason_before(struct survey *survey, const struct reply *reply)
{
	if (reply->kind != REPLY_BEFORE_TLS)
		return NULL;
	return survey_clause(survey, "it %s%s", reply->why,
		reply->later ? "; asking later would settle it" : "");
}

const char *survey_reason_other_quic(struct survey *survey)
{
	char name[QUIC_VERSION_TEXT_MAX];

	if (survey->quic_version_count == 0)
		return "it speaks QUIC, but not version 1";
	return survey_clause(survey,
		"it speaks QUIC, but not version 1: %s%s; asking in that would settle it",
		quic_version_text(survey->quic_versions[0], name),
		survey->quic_version_count > 1 ? " and others" : "");
}
