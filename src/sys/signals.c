#include "sys/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static atomic_bool stop_wanted;
static atomic_int event = -1;

void signals_stop(void)
{
	static const uint64_t one = 1;
	int descriptor = atomic_load(&event);

	atomic_store(&stop_wanted, true);
	/* A full eventfd is readable all the same. */
	if (descriptor >= 0 && write(descriptor, &one, sizeof one) < 0)
		return;
}

static void on_signal(int number)
{
	int kept = errno;

	(void)number;
	signals_stop();
	errno = kept;
}

static enum err set_handler(int number, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	sigemptyset(&action.sa_mask);
	return sigaction(number, &action, NULL) == 0 ? ERR_OK : ERR_IO;
}

enum err signals_catch(struct fault *why)
{
	static const int stopping[] = { SIGINT, SIGTERM, SIGHUP };

	if (atomic_load(&event) < 0)
		atomic_store(&event, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	if (atomic_load(&event) < 0)
		return fault_set(
			why, ERR_IO, "cannot catch signals: %s", strerror(errno));
	/* Without SA_RESTART a wait ends; with SA_RESETHAND the second one kills. */
	for (size_t i = 0; i < COUNT_OF(stopping); i++)
		if (set_handler(stopping[i], on_signal, (int)SA_RESETHAND) != ERR_OK)
			return fault_set(
				why, ERR_IO, "cannot catch signals: %s", strerror(errno));
	if (set_handler(SIGPIPE, SIG_IGN, 0) != ERR_OK)
		return fault_set(why, ERR_IO, "cannot ignore SIGPIPE");
	return ERR_OK;
}

enum err signals_end_with_reader(struct fault *why)
{
	if (set_handler(SIGPIPE, SIG_DFL, 0) != ERR_OK)
		return fault_set(why, ERR_IO, "cannot take SIGPIPE");
	return ERR_OK;
}

bool signals_stop_wanted(void)
{
	return atomic_load_explicit(&stop_wanted, memory_order_relaxed);
}

int signals_descriptor(void)
{
	return atomic_load(&event);
}

enum err signals_wait_readable(int descriptor, int timeout_ms)
{
	struct pollfd waits[2] = {
		{ .fd = descriptor, .events = POLLIN },
		{ .fd = signals_descriptor(), .events = POLLIN },
	};

	if (signals_stop_wanted() || poll(waits, COUNT_OF(waits), timeout_ms) <= 0)
		return ERR_AGAIN;
	/* A hang-up or an error is found by reading. */
	return waits[0].revents != 0 ? ERR_OK : ERR_AGAIN;
}
