/* A line that takes time: delayproxy PORT MICROSECONDS
 *
 * Listens on a free port of 127.0.0.1, prints it, and passes every connection on to PORT of 127.0.0.1. Each direction holds
 * what it gets for MICROSECONDS from when it came; what follows meanwhile is held beside it, so requests in flight overlap
 * as on a real line. Bandwidth has no limit, and neither has the queue. Ends with the process that started it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 256 * 1024 };

/* What came in one go; a piece of length 0 is the end. */
struct piece {
    struct piece *next;
    long long due; /* nanoseconds of the monotonic clock */
    size_t length;
    char bytes[];
};

struct direction {
    int from, to;
    struct piece *first, *last;
    pthread_mutex_t lock;
    pthread_cond_t more;
};

static long long delay;

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void *take(void *argument) {
    struct direction *way = argument;
    char *room = malloc(MOST);
    for (;;) {
        ssize_t got = recv(way->from, room, MOST, 0);
        long long due = now() + delay;
        struct piece *piece = malloc(sizeof *piece + (got > 0 ? (size_t)got : 0));
        piece->next = NULL;
        piece->due = due;
        piece->length = got > 0 ? (size_t)got : 0;
        memcpy(piece->bytes, room, piece->length);
        pthread_mutex_lock(&way->lock);
        if (way->last)
            way->last->next = piece;
        else
            way->first = piece;
        way->last = piece;
        pthread_cond_signal(&way->more);
        pthread_mutex_unlock(&way->lock);
        if (got <= 0)
            break;
    }
    free(room);
    return NULL;
}

static int send_all(int to, const char *bytes, size_t length) {
    while (length) {
        ssize_t sent = send(to, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return 0;
        bytes += sent;
        length -= (size_t)sent;
    }
    return 1;
}

static void *give(void *argument) {
    struct direction *way = argument;
    int open = 1;
    prctl(PR_SET_TIMERSLACK, 1UL); /* else each wait may last 50 microseconds longer */
    for (size_t length = 1; length;) {
        pthread_mutex_lock(&way->lock);
        while (!way->first)
            pthread_cond_wait(&way->more, &way->lock);
        struct piece *piece = way->first;
        way->first = piece->next;
        if (!way->first)
            way->last = NULL;
        pthread_mutex_unlock(&way->lock);
        struct timespec due = {piece->due / 1000000000LL, piece->due % 1000000000LL};
        while (open && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL))
            ;
        length = piece->length;
        if (open && length && !send_all(way->to, piece->bytes, length)) {
            open = 0;
            shutdown(way->from, SHUT_RD); /* nobody wants the rest: the other thread ends too */
        }
        free(piece);
    }
    shutdown(way->to, SHUT_WR);
    return NULL;
}

static void *carry(void *argument) {
    int *ends = argument;
    struct direction ways[2] = {{.from = ends[0], .to = ends[1]}, {.from = ends[1], .to = ends[0]}};
    pthread_t threads[4];
    for (int i = 0; i < 2; i++) {
        pthread_mutex_init(&ways[i].lock, NULL);
        pthread_cond_init(&ways[i].more, NULL);
        pthread_create(&threads[2 * i], NULL, take, &ways[i]);
        pthread_create(&threads[2 * i + 1], NULL, give, &ways[i]);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    close(ends[0]);
    close(ends[1]);
    free(ends);
    return NULL;
}

int main(int count, char **words) {
    if (count != 3) {
        fprintf(stderr, "delayproxy PORT MICROSECONDS\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    delay = atoll(words[2]) * 1000;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, there = here;
    there.sin_port = htons((unsigned short)atoi(words[1]));
    socklen_t size = sizeof here;
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (listener < 0 || bind(listener, (void *)&here, size) || listen(listener, 64) ||
        getsockname(listener, (void *)&here, &size)) {
        perror("delayproxy");
        return 1;
    }
    printf("%d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        int *ends = malloc(2 * sizeof *ends);
        ends[0] = accept(listener, NULL, NULL);
        if (ends[0] < 0) {
            perror("delayproxy: accept");
            return 1;
        }
        ends[1] = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(ends[1], (void *)&there, sizeof there)) {
            close(ends[0]);
            close(ends[1]);
            free(ends);
            continue;
        }
        for (int i = 0; i < 2; i++)
            setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        pthread_t thread;
        pthread_create(&thread, NULL, carry, ends);
        pthread_detach(thread);
    }
}
