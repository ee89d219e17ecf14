/* Loaded before a program (LD_PRELOAD), whose clock is then CLOCK_AHEAD_S seconds ahead of the machine's.

   Only the time of day is wrong. What lasts is measured by another clock, and whoever waits until a time of day waits
   as long as it takes until it is that late by the wrong clock.

   libfaketime 0.9.10 would do more than that: with it Python's time.sleep fails, or waits for locks have no end. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#define RIGHT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static time_t by_s;

__attribute__((constructor)) static void begin(void) {
    const char *told = getenv("CLOCK_AHEAD_S");
    by_s = told ? atol(told) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    static int (*right)(clockid_t, struct timespec *);
    if (!right) right = RIGHT(clock_gettime);
    int failed = right(clock, at);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += by_s;
    return failed;
}

int gettimeofday(struct timeval *at, void *zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *at = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
    struct timespec by_the_right_one = {.tv_sec = until->tv_sec - by_s, .tv_nsec = until->tv_nsec};
    return RIGHT(sem_timedwait)(semaphore, &by_the_right_one);
}
