#include <stdlib.h>

#include "scan/scan_inside.h"
#include "sys/clock.h"

_Static_assert(UPGRADE_COUNT <= 32, "target.tried has a bit for each");

struct bytes target_host(const struct target *target)
{
	return bytes_over(target->names, target->host_len);
}

struct bytes target_name(const struct target *target)
{
	return bytes_over(target->names + target->host_len, target->name_len);
}

/* What stands in server_name: of a name that is for a proxy, without the port; an address
 * is none. RFC 6066, 3. */
static struct bytes sent_name(const struct target *target)
{
	struct bytes name = target_name(target);
	char text[ADDRESS_TEXT_MAX];
	struct address address;
	size_t len = name.len;

	if (target->upgrade != UPGRADE_HTTP_CONNECT)
		return name;
	while (len > 0 && name.at[len - 1] != ':')
		len--;
	if (len > 0)
		name = bytes_first(name, len - 1);
	if (name.len > 0 && name.at[0] == '[')
		return (struct bytes){ 0 };
	if (name.len >= sizeof text)
		return name;
	memcpy(text, name.at, name.len);
	text[name.len] = '\0';
	return address_parse(text, &address) == ERR_OK ? (struct bytes){ 0 } : name;
}

static struct target *make(const struct survey_setting *setting,
	const struct scan_target *from, enum probe_transport transport)
{
	struct target *target =
		malloc(sizeof *target + from->host.len + from->server_name.len);

	if (target == NULL)
		return NULL;
	*target = (struct target){ .transport = transport,
		.at = from->at,
		.upgrade = from->upgrade,
		.guessed = from->guessed,
		.tag = from->tag,
		.tried = UINT32_C(1) << from->upgrade,
		.begun = clock_now(),
		.host_len = from->host.len,
		.name_len = from->server_name.len };
	if (from->host.len > 0)
		memcpy(target->names, from->host.at, from->host.len);
	if (from->server_name.len > 0)
		memcpy(target->names + from->host.len, from->server_name.at,
			from->server_name.len);
	target->survey = survey_new(setting, transport, sent_name(target));
	if (target->survey != NULL)
		return target;
	free(target);
	return NULL;
}

static void free_one(struct target *target)
{
	if (target == NULL)
		return;
	survey_free(target->survey);
	free(target);
}

void target_free(struct target *target)
{
	free_one(target->twin);
	free_one(target);
}

struct target *target_new(
	const struct survey_setting *setting, const struct scan_target *from)
{
	struct target *target, *twin;

	if (!from->udp)
		return make(setting, from, PROBE_TCP);
	target = make(setting, from, PROBE_DTLS);
	twin = make(setting, from, PROBE_QUIC);
	if (target != NULL && twin != NULL) {
		target->twin = twin;
		twin->twin = target;
		return target;
	}
	free_one(target);
	free_one(twin);
	return NULL;
}

/* Some servers of DTLS stumble over what is none (gnutls-serv 3.7): QUIC is asked once
 * they are done with, or have not answered. */
bool target_waits_for_twin(const struct target *target)
{
	const struct target *twin = target->twin;

	return twin != NULL && target->transport == PROBE_QUIC && !twin->over &&
	       (survey_speaks(twin->survey) || !twin->answered);
}

/* Of two that are both not spoken, the one that met what is no TLS, else DTLS's. */
bool target_is_told(const struct target *target)
{
	struct endpoint this, twin;

	if (target->twin == NULL || survey_speaks(target->survey))
		return true;
	if (survey_speaks(target->twin->survey))
		return false;
	survey_endpoint(target->survey, &this);
	survey_endpoint(target->twin->survey, &twin);
	if ((this.status == ENDPOINT_NOT_TLS) != (twin.status == ENDPOINT_NOT_TLS))
		return this.status == ENDPOINT_NOT_TLS;
	return target->transport == PROBE_DTLS;
}

/* They may have been asked one after the other, or only one of them. */
static time_ns took_both(struct survey_span one, struct survey_span other)
{
	if (one.begun == 0 || other.begun == 0)
		return one.ended - one.begun + (other.ended - other.begun);
	return (one.ended > other.ended ? one.ended : other.ended) -
	       (one.begun < other.begun ? one.begun : other.begun);
}

/* What both of UDP came to stands with each; what was spent on the one that is not told
 * stands with the other. */
static void tell_udp(const struct target *target, struct endpoint *endpoint)
{
	struct endpoint twin;

	if (target->twin == NULL)
		return;
	survey_endpoint(target->twin->survey, &twin);
	endpoint->udp.dtls = endpoint->quic ? twin.status : endpoint->status;
	endpoint->udp.quic = endpoint->quic ? endpoint->status : twin.status;
	if (target_is_told(target->twin))
		return;
	endpoint->connections += twin.connections;
	endpoint->took =
		took_both(survey_span(target->survey), survey_span(target->twin->survey));
}

void target_endpoint(const struct target *target, struct endpoint *ret)
{
	survey_endpoint(target->survey, ret);
	ret->at = target->begun;
	ret->host = target_host(target);
	ret->address = target->at.address;
	ret->port = target->at.port;
	ret->upgrade = target->upgrade;
	ret->connections += target->detours;
	tell_udp(target, ret);
}
