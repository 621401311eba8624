/* A registry that keeps nothing and hashes nothing, so that the client is what is measured: blobs and manifests are not
   there (404), uploads by PUT or PATCH are read to their end and dropped. With a size it also serves blobs: that many
   zeros, whatever is asked for. Listens on a free port of 127.0.0.1 and prints it.
   cc -O2 -o endless endless.c -lpthread;  endless [BYTES] */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include <netinet/tcp.h>

#define PIECE (1 << 20)
static long long blob_bytes;
static char zeros[PIECE];

static int all(int to, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t sent = write(to, bytes, length);
    if (sent <= 0) return -1;
    bytes += sent;
    length -= sent;
  }
  return 0;
}

static int say(int to, int status, const char *headers) {
  char head[1024];
  int length = snprintf(head, sizeof head, "HTTP/1.1 %d x\r\n%sContent-Length: 0\r\n\r\n", status, headers);
  return all(to, head, length);
}

/* One request after the other; ends with the connection. */
static void *serve(void *given) {
  int at = (int)(long)given;
  char *buffer = malloc(PIECE);
  size_t have = 0;
  for (;;) {
    char *end = NULL;
    while (have < PIECE - 1) {
      buffer[have] = 0;
      if ((end = strstr(buffer, "\r\n\r\n"))) break;
      ssize_t got = read(at, buffer + have, PIECE - 1 - have);
      if (got <= 0) goto over;
      have += got;
    }
    if (!end) goto over;
    *end = 0;
    long long body = 0;
    for (char *line = strstr(buffer, "\r\n"); line; line = strstr(line + 2, "\r\n"))
      if (!strncasecmp(line + 2, "content-length:", 15)) body = atoll(line + 17);
    char method[16] = "", path[900] = "";
    sscanf(buffer, "%15s %899s", method, path);
    size_t head = end + 4 - buffer;
    long long here = have - head;
    if (here > body) here = body;
    memmove(buffer, buffer + head + here, have - head - here);
    have -= head + here;
    for (long long left = body - here; left > 0;) {
      ssize_t got = read(at, buffer, left < PIECE ? left : PIECE);
      if (got <= 0) goto over;
      left -= got;
    }
    int failed;
    char headers[1000] = "";
    if (!strcmp(method, "POST")) {
      path[strcspn(path, "?")] = 0;
      snprintf(headers, sizeof headers, "Location: %.800s1?_state=x\r\n", path);
      failed = say(at, 202, headers);
    } else if (!strcmp(method, "PATCH")) {
      snprintf(headers, sizeof headers, "Location: %.800s\r\n", path);
      failed = say(at, 202, headers);
    } else if (!strcmp(method, "PUT")) {
      char *digest = strstr(path, "digest=");
      if (digest) snprintf(headers, sizeof headers, "Docker-Content-Digest: %.100s\r\n", digest + 7);
      failed = say(at, 201, headers);
    } else if (blob_bytes > 0 && !strcmp(method, "GET") && strstr(path, "/blobs/")) {
      char answer[100];
      failed = all(at, answer, snprintf(answer, sizeof answer, "HTTP/1.1 200 x\r\nContent-Length: %lld\r\n\r\n", blob_bytes));
      for (long long left = blob_bytes; left > 0 && !failed; left -= PIECE)
        failed = all(at, zeros, left < PIECE ? left : PIECE);
    } else {
      failed = say(at, strcmp(path, "/v2/") ? 404 : 200, "");
    }
    if (failed) goto over;
  }
over:
  close(at);
  free(buffer);
  return NULL;
}

int main(int count, char **arguments) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listening = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  blob_bytes = count > 1 ? atoll(arguments[1]) : 0;
  signal(SIGPIPE, SIG_IGN);
  if (bind(listening, (struct sockaddr *)&address, size) || listen(listening, 64)) return 1;
  getsockname(listening, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int at = accept(listening, NULL, NULL);
    pthread_t thread;
    if (at < 0) return 1;
    setsockopt(at, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (pthread_create(&thread, NULL, serve, (void *)(long)at)) close(at);
    else pthread_detach(thread);
  }
}
