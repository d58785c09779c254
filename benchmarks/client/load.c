/*
 * An open-loop HTTP/1.1 client: requests are due at fixed times, whether or not earlier ones were answered,
 * and a latency counts from the time a request was due. A waiting client would hide the queue.
 *
 * usage: load PORT RATE SECONDS CONNECTIONS REQUESTS RAW
 *
 * RATE 0 makes every request due at once: the rate of answers is then what the server can do.
 * REQUESTS holds one request a line, fields separated by tabs: method, path, any number of headers, body.
 * RAW receives a line per answer: which request, microseconds from the start to when it was due, latency in
 * microseconds, status (0: lost twice). A summary goes to standard output as JSON. One thread, loopback only,
 * answers with Content-Length only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MAX (1 << 20)
#define BUCKETS 24

typedef struct {
    char *bytes;
    size_t size;
} request;

typedef struct {
    int fd;
    long serving; /* index of the request in flight, -1 when idle */
    size_t written;
    size_t filled;
    int again; /* the request was already repeated on a fresh connection */
    char *answer;
} connection;

typedef struct {
    long index;
    int64_t due;
    int64_t latency;
    int status;
} result;

static request *requests;
static long request_count, request_room;
static result *results;
static long answered, reconnects, failed, next_request;
static int epoll_fd, port;
static int64_t started;
static double rate, started_unix;

static void die(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "cannot go on");
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

static int64_t due_at(long index) { return rate > 0 ? started + (int64_t)(index * 1e9 / rate) : started; }

/* Builds the bytes of one request from a line of the file. */
static void add_request(char *line) {
    char *fields[64];
    int count = 0;
    for (char *field = strsep(&line, "\t"); field && count < 64; field = strsep(&line, "\t")) fields[count++] = field;
    if (count < 3) die("a request has method, path and body at least");
    if (request_count == request_room) {
        request_room = request_room ? request_room * 2 : 1024;
        requests = realloc(requests, request_room * sizeof *requests);
        if (!requests) die("memory");
    }
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    const char *body = fields[count - 1];
    fprintf(out, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", fields[0], fields[1], port);
    for (int place = 2; place < count - 1; place++) fprintf(out, "%s\r\n", fields[place]);
    if (*body) fprintf(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(body));
    fprintf(out, "\r\n%s", body);
    fclose(out);
    requests[request_count++] = (request){text, size};
}

static void read_requests(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) die(path);
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    while ((size = getline(&line, &room, file)) > 0) {
        if (line[size - 1] == '\n') line[size - 1] = 0;
        add_request(line);
    }
    free(line);
    fclose(file);
    if (!request_count) die("no requests");
}

static void watch(connection *on, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.ptr = on};
    if (epoll_ctl(epoll_fd, operation, on->fd, &event)) die("epoll_ctl");
}

static void open_connection(connection *on) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    on->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (on->fd < 0 || connect(on->fd, (struct sockaddr *)&to, sizeof to)) die("connect");
    int yes = 1;
    setsockopt(on->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(on->fd, F_SETFL, fcntl(on->fd, F_GETFL) | O_NONBLOCK);
    on->written = on->filled = 0;
    watch(on, EPOLLIN, EPOLL_CTL_ADD);
}

static void reopen(connection *on) {
    close(on->fd);
    reconnects++;
    open_connection(on);
}

static void finish(connection *on, int status) {
    long index = on->serving;
    if (status == 0) failed++;
    results[answered++] = (result){index, due_at(index) - started, now_ns() - due_at(index), status};
    on->serving = -1;
    on->filled = on->written = 0;
}

/* Lost while in flight: once more on a fresh connection, for every POST carries an idempotency key. */
static void lost(connection *on) {
    reopen(on);
    if (on->serving < 0) return;
    if (on->again) finish(on, 0);
    else on->again = 1;
}

static void push(connection *on) {
    request *it = &requests[on->serving];
    while (on->written < it->size) {
        ssize_t size = send(on->fd, it->bytes + on->written, it->size - on->written, MSG_NOSIGNAL);
        if (size < 0 && errno == EAGAIN) {
            watch(on, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            return;
        }
        if (size < 0) {
            lost(on);
            if (on->serving < 0) return;
            continue;
        }
        on->written += size;
    }
    watch(on, EPOLLIN, EPOLL_CTL_MOD);
}

static const char *header(const char *head, const char *end, const char *name) {
    size_t size = strlen(name);
    for (const char *line = head; line && line < end; line = strstr(line, "\r\n")) {
        if (line != head) line += 2;
        if (!strncasecmp(line, name, size)) return line + size;
    }
    return NULL;
}

/* Says whether the answer is complete; ends the request when it is. */
static int complete(connection *on) {
    on->answer[on->filled] = 0;
    char *end = strstr(on->answer, "\r\n\r\n");
    if (!end) return 0;
    int status = atoi(on->answer + 9);
    const char *length = header(on->answer, end, "Content-Length:");
    size_t body = length ? strtoul(length, NULL, 10) : 0;
    if (!length && status != 204 && status != 304) die("an answer without Content-Length");
    if (on->filled < (size_t)(end + 4 - on->answer) + body) return 0;
    const char *kept = header(on->answer, end, "Connection:");
    int closes = kept && !strncasecmp(kept + strspn(kept, " "), "close", 5);
    finish(on, status);
    if (closes) reopen(on);
    return 1;
}

static void pull(connection *on) {
    for (;;) {
        if (on->filled + 1 >= ANSWER_MAX) die("an answer is too large");
        ssize_t size = recv(on->fd, on->answer + on->filled, ANSWER_MAX - 1 - on->filled, 0);
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) {
            lost(on);
            if (on->serving >= 0) push(on);
            return;
        }
        on->filled += size;
        if (on->serving >= 0 && complete(on)) return;
    }
}

static int by_latency(const void *one, const void *other) {
    int64_t a = ((const result *)one)->latency, b = ((const result *)other)->latency;
    return (a > b) - (a < b);
}

static void report(const char *raw, double seconds) {
    FILE *out = fopen(raw, "w");
    if (!out) die(raw);
    long statuses[600] = {0}, histogram[BUCKETS] = {0};
    double sum = 0;
    for (long place = 0; place < answered; place++) {
        result *it = &results[place];
        fprintf(out, "%ld %lld %lld %d\n", it->index, (long long)it->due / 1000, (long long)it->latency / 1000, it->status);
        statuses[it->status < 600 ? it->status : 0]++;
        sum += it->latency;
        int bucket = 0;
        for (int64_t top = 125000; bucket < BUCKETS - 1 && it->latency > top; top *= 2) bucket++;
        histogram[bucket]++;
    }
    if (fclose(out)) die(raw);
    qsort(results, answered, sizeof *results, by_latency);
    printf("{\"started_unix\": %.6f, ", started_unix);
    printf("\"answered\": %ld, \"seconds\": %.6f, \"per_second\": %.3f", answered, seconds, answered / seconds);
    printf(", \"failed\": %ld, \"reconnects\": %ld, \"mean_ms\": %.4f", failed, reconnects, sum / answered / 1e6);
    const double shares[] = {0.5, 0.9, 0.99, 0.999};
    const char *names[] = {"p50_ms", "p90_ms", "p99_ms", "p999_ms"};
    for (int place = 0; place < 4; place++)
        printf(", \"%s\": %.4f", names[place], results[(long)(shares[place] * (answered - 1))].latency / 1e6);
    printf(", \"max_ms\": %.4f, \"statuses\": {", results[answered - 1].latency / 1e6);
    const char *comma = "";
    for (int status = 0; status < 600; status++)
        if (statuses[status]) printf("%s\"%d\": %ld", comma, status, statuses[status]), comma = ", ";
    printf("}, \"histogram_from_125us_doubling\": [");
    for (int bucket = 0; bucket < BUCKETS; bucket++) printf("%s%ld", bucket ? ", " : "", histogram[bucket]);
    printf("]}\n");
}

/* Gives every due request a free connection; returns when to look again, 0 when only an answer can help. */
static int64_t assign(connection *all, int count) {
    for (int place = 0; place < count && next_request < request_count; place++) {
        if (all[place].serving >= 0) continue;
        if (due_at(next_request) > now_ns()) return due_at(next_request);
        all[place].serving = next_request++;
        all[place].again = 0;
        push(&all[place]);
    }
    return 0;
}

static void run(connection *all, int count, int timer, int64_t until) {
    struct epoll_event events[256];
    while (answered < request_count) {
        int64_t due = assign(all, count);
        if (next_request < request_count && now_ns() > until) request_count = next_request; /* time is over */
        if (answered == request_count) return;
        struct itimerspec when = {.it_value = {due / 1000000000, due % 1000000000}}; /* 0 disarms */
        timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
        int found = epoll_wait(epoll_fd, events, 256, 30000);
        if (found == 0) die("no answer for 30 s");
        for (int place = 0; place < found; place++) {
            connection *on = events[place].data.ptr;
            if (!on) {
                uint64_t rang;
                if (read(timer, &rang, sizeof rang) < 0 && errno != EAGAIN) die("timer");
                continue;
            }
            if (events[place].events & EPOLLOUT && on->serving >= 0) push(on);
            if (events[place].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) pull(on);
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: load PORT RATE SECONDS CONNECTIONS REQUESTS RAW\n");
        return 2;
    }
    port = atoi(argv[1]);
    rate = atof(argv[2]);
    int count = atoi(argv[4]);
    read_requests(argv[5]);
    results = calloc(request_count, sizeof *results);
    connection *all = calloc(count, sizeof *all);
    epoll_fd = epoll_create1(0);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event alarm = {.events = EPOLLIN, .data.ptr = NULL};
    if (!results || !all || epoll_fd < 0 || timer < 0) die("start");
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, timer, &alarm)) die("epoll_ctl");
    for (int place = 0; place < count; place++) {
        all[place].serving = -1;
        all[place].answer = malloc(ANSWER_MAX);
        if (!all[place].answer) die("memory");
        open_connection(&all[place]);
    }
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    started_unix = wall.tv_sec + wall.tv_nsec / 1e9;
    started = now_ns();
    run(all, count, timer, started + (int64_t)(atof(argv[3]) * 1e9));
    if (!answered) die("nothing was answered");
    report(argv[6], (now_ns() - started) / 1e9);
    return 0;
}
