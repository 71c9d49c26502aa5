#include "sys/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/terminal.h"

#define REDRAW_EVERY (TIME_SECOND / 10) /* faster than this nobody reads */
#define LINE_MAX     1024               /* a fault and its place; longer is cut */
#define WIPE         "\r\033[K"

/* The process has one standard error, so its state is the process's too. */
static struct {
	pthread_mutex_t lock;
	enum log_level level;
	bool drawn;
	uint64_t drawn_at;
} log_state = { .lock = PTHREAD_MUTEX_INITIALIZER, .level = LOG_NORMAL };

void log_set_level(enum log_level level)
{
	pthread_mutex_lock(&log_state.lock);
	log_state.level = level;
	pthread_mutex_unlock(&log_state.lock);
}

/* One write a line, so that the lines of two programs do not mix on one terminal. What
 * cannot be written to standard error cannot be told anybody. */
static void put(const char *line, size_t len)
{
	if (write(STDERR_FILENO, line, len) < 0)
		return;
}

static const char *wipe(void)
{
	const char *wiping = log_state.drawn ? WIPE : "";

	log_state.drawn = false;
	return wiping;
}

static void say(enum log_level least, const char *format, va_list values)
{
	char message[LINE_MAX];
	char line[LINE_MAX + 32];

	vsnprintf(message, sizeof message, format, values);
	pthread_mutex_lock(&log_state.lock);
	if (log_state.level >= least) {
		int len =
			snprintf(line, sizeof line, "%stlsunset: %s\n", wipe(), message);

		put(line, (size_t)len);
	}
	pthread_mutex_unlock(&log_state.lock);
}

void log_error(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(LOG_QUIET, format, values);
	va_end(values);
}

void log_warning(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(LOG_NORMAL, format, values);
	va_end(values);
}

void log_note(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(LOG_VERBOSE, format, values);
	va_end(values);
}

void log_fault(const struct fault *why)
{
	log_error("%s", why->text[0] != '\0' ? why->text : err_sentence(why->err));
}

static bool progress_wanted(void)
{
	return log_state.level > LOG_QUIET && terminal_is(STDERR_FILENO);
}

bool log_progress_due(void)
{
	pthread_mutex_lock(&log_state.lock);
	bool due = progress_wanted() &&
		   (!log_state.drawn ||
			   clock_monotonic() - log_state.drawn_at >= REDRAW_EVERY);
	pthread_mutex_unlock(&log_state.lock);
	return due;
}

/* How many bytes of line fill width columns, never half of a character. Every
 * character counts as one column: the line is ours and holds no wide ones. */
static size_t bytes_of_columns(const char *line, unsigned width)
{
	size_t i = 0;

	for (unsigned columns = 0; line[i] != '\0' && i < LINE_MAX; i++) {
		bool starts_character = ((unsigned char)line[i] & 0xc0) != 0x80;

		if (starts_character && columns++ == width)
			break;
	}
	return i;
}

void log_progress(const char *line)
{
	pthread_mutex_lock(&log_state.lock);
	if (progress_wanted()) {
		/* The last column stays free: some terminals wrap when it is filled. */
		size_t len = bytes_of_columns(line, terminal_width(STDERR_FILENO) - 1);

		char drawing[LINE_MAX + sizeof WIPE] = WIPE;

		memcpy(drawing + sizeof WIPE - 1, line, len);
		put(drawing, sizeof WIPE - 1 + len);
		log_state.drawn = true;
		log_state.drawn_at = clock_monotonic();
	}
	pthread_mutex_unlock(&log_state.lock);
}

void log_progress_end(void)
{
	pthread_mutex_lock(&log_state.lock);
	const char *wiping = wipe();
	put(wiping, strlen(wiping));
	pthread_mutex_unlock(&log_state.lock);
}
