/* A service that answers chat completions at once, so that only the client is measured.
 *
 * Prints its port, then serves until killed: one thread a connection, keep-alive, no TLS.
 * "bench-EVENTS-MICROSECONDS-STAMPED" in a request's body (its model) asks for a stream of so many
 * events so far apart, each holding the time at which it was sent if STAMPED is 1.
 * No events: a whole reply.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LIMITS                                                                                     \
    "x-ratelimit-limit-requests: 100000000\r\nx-ratelimit-limit-tokens: 300000000\r\n"                 \
    "x-ratelimit-remaining-requests: 99999999\r\nx-ratelimit-remaining-tokens: 299999000\r\n"         \
    "x-ratelimit-reset-requests: 0.864ms\r\nx-ratelimit-reset-tokens: 0.2ms\r\n"                        \
    "x-request-id: req_01jb4bench0000000000000000\r\n"
#define NAMES                                                                                      \
    "\"id\":\"chatcmpl-b3a51f6e-4b55-4d2f-9f8e-7a1f37a6a1b1\",\"object\":\"chat.completion%s\","   \
    "\"created\":1790000000,\"model\":\"openai/gpt-oss-20b\","                                     \
    "\"system_fingerprint\":\"fp_0123456789\","
#define USAGE                                                                                      \
    "\"usage\":{\"queue_time\":0.018,\"prompt_tokens\":251,\"prompt_time\":0.012,"                 \
    "\"completion_tokens\":%d,\"completion_time\":0.061,\"total_tokens\":312,"                     \
    "\"total_time\":0.073}"

static char whole[8192];
static int whole_length;

static int send_all(int socket, const char *data, size_t length) {
    while (length > 0) {
        ssize_t sent = send(socket, data, length, MSG_NOSIGNAL);
        if (sent <= 0) return -1;
        data += sent;
        length -= sent;
    }
    return 0;
}

static long long now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000000LL + at.tv_nsec;
}

/* An event as a chunk of the chunked transfer encoding. */
static int put_event(char *to, const char *members) {
    char names[512], event[4096];
    snprintf(names, sizeof names, NAMES, ".chunk");
    int length = snprintf(event, sizeof event, "data: {%s%s}\n\n", names, members);
    return sprintf(to, "%x\r\n%s\r\n", length, event);
}

static int put_token(char *to, const char *text) {
    char members[512];
    snprintf(members, sizeof members,
             "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"logprobs\":null,"
             "\"finish_reason\":null}]", text);
    return put_event(to, members);
}

static int stream(int socket, int events, long pause, int stamped) {
    static const char head[] =
        "HTTP/1.1 200 OK\r\ndate: Mon, 23 Nov 2026 12:00:00 GMT\r\n"
        "content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n"
        "cache-control: no-cache\r\n" LIMITS "\r\n";
    char buffer[32768], text[64], members[1024];
    if (send_all(socket, head, sizeof head - 1)) return -1;
    int length = put_event(buffer, "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\","
                                   "\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}],"
                                   "\"x_groq\":{\"id\":\"req_01jb4bench0000000000000000\"}");
    long long due = now();
    for (int i = 0; i < events; i++) {
        if (pause) {
            if (send_all(socket, buffer, length)) return -1;
            length = 0;
            due += pause * 1000LL;
            struct timespec until = {due / 1000000000LL, due % 1000000000LL};
            while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {}
        } else if (length > 16384) {
            if (send_all(socket, buffer, length)) return -1;
            length = 0;
        }
        if (stamped) snprintf(text, sizeof text, "%lld ", now());
        length += put_token(buffer + length, stamped ? text : " word");
    }
    snprintf(members, sizeof members,
             "\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
             "\"x_groq\":{\"id\":\"req_01jb4bench0000000000000000\"," USAGE "}", events);
    length += put_event(buffer + length, members);
    length += sprintf(buffer + length, "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
    return send_all(socket, buffer, length);
}

static int answer(int socket, const char *body) {
    const char *wish = strstr(body, "bench-");
    int events = 0, stamped = 0;
    long pause = 0;
    if (wish) sscanf(wish, "bench-%d-%ld-%d", &events, &pause, &stamped);
    return events ? stream(socket, events, pause, stamped) : send_all(socket, whole, whole_length);
}

static void *serve(void *argument) {
    int socket = (int)(long)argument, one = 1;
    size_t size = 1 << 20, held = 0;
    char *buffer = malloc(size + 1);
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    for (;;) {
        ssize_t got = recv(socket, buffer + held, size - held, 0);
        if (got <= 0) break;
        held += got;
        buffer[held] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        if (!end) continue;
        char *length = strcasestr(buffer, "\r\ncontent-length:");
        size_t total = end + 4 - buffer;
        if (length && length < end) total += strtoul(length + 17, NULL, 10);
        if (held < total) continue;
        if (answer(socket, end)) break;
        memmove(buffer, buffer + total, held - total);
        held -= total;
    }
    free(buffer);
    close(socket);
    return NULL;
}

int main(void) {
    char body[4096], names[512], text[1024] = "";
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < 60; i++) strcat(text, "a few words ");
    snprintf(names, sizeof names, NAMES, "");
    int length = snprintf(body, sizeof body,
             "{%s\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},"
             "\"logprobs\":null,\"finish_reason\":\"stop\"}]," USAGE ",\"usage_breakdown\":null,"
             "\"x_groq\":{\"id\":\"req_01jb4bench0000000000000000\",\"seed\":7},"
             "\"service_tier\":\"on_demand\"}", names, text, 61);
    whole_length = snprintf(whole, sizeof whole,
             "HTTP/1.1 200 OK\r\ndate: Mon, 23 Nov 2026 12:00:00 GMT\r\n"
             "content-type: application/json\r\ncache-control: private, max-age=0\r\n" LIMITS
             "content-length: %d\r\n\r\n%s", length, body);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 512)) return 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int socket = accept(listener, NULL, NULL);
        pthread_t thread;
        if (socket < 0) return 1;
        if (pthread_create(&thread, NULL, serve, (void *)(long)socket)) close(socket);
        else pthread_detach(thread);
    }
}
