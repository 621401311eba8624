/* The least that a copy of blobs costs: one blocking connection to each side a thread, read, hash, write.
   Blobs only: no HEAD, no manifest, no TLS, no login. Loopback only.
   cc -O2 -o floor floor.c -lcrypto -lpthread;  floor THREADS SOURCE_PORT TARGET_PORT REPOSITORY DIGEST... */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 256 * 1024, HEAD = 16 * 1024 };
static char **digests, *repository;
static int source_port, target_port, digest_count, taken;

static void fail(const char *what) {
  fprintf(stderr, "floor: %s\n", what);
  exit(1);
}

static int dial(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) fail("no connection");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return fd;
}

static void send_all(int fd, const char *from, size_t length) {
  for (ssize_t sent; length > 0; from += sent, length -= sent)
    if ((sent = write(fd, from, length)) <= 0) fail("cut while writing");
}

static void say(int fd, const char *format, ...) {
  char text[HEAD];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(text, sizeof text, format, values);
  va_end(values);
  send_all(fd, text, length);
}

/* Reads a head, byte for byte as blocks come; what follows it stays at *rest. */
static int answer(int fd, char *into, size_t size, char **rest, size_t *left) {
  size_t length = 0;
  char *end = NULL;
  while (end == NULL) {
    ssize_t got = length < size - 1 ? read(fd, into + length, size - 1 - length) : 0;
    if (got <= 0) fail("no answer");
    into[length += got] = 0;
    end = strstr(into, "\r\n\r\n");
  }
  *rest = end + 4;
  *left = length - (*rest - into);
  end[2] = 0;
  return atoi(into + sizeof "HTTP/1.1");
}

static char *header(char *head, const char *name) {
  char *found = strcasestr(head, name);
  if (found == NULL) fail(name);
  found += strlen(name);
  found[strcspn(found, "\r")] = 0;
  return found;
}

static void copy(int source, int target, const char *digest, char *piece, EVP_MD_CTX *hash) {
  char head[HEAD], reply[HEAD], *rest, *nothing, hex[2 * EVP_MAX_MD_SIZE + 1];
  unsigned char sum[EVP_MAX_MD_SIZE];
  size_t left, none;
  unsigned int sum_length;
  say(source, "GET /v2/%s/blobs/%s HTTP/1.1\r\nHost: localhost\r\n\r\n", repository, digest);
  if (answer(source, head, sizeof head, &rest, &left) != 200) fail("GET");
  long size = atol(header(head, "content-length: "));
  memcpy(piece, rest, left);
  say(target, "POST /v2/%s/blobs/uploads/ HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 0\r\n\r\n", repository, target_port);
  if (answer(target, reply, sizeof reply, &nothing, &none) != 202) fail("POST");
  char *location = header(reply, "location: "), *path = strstr(location, "//");
  path = path ? strchr(path + 2, '/') : location;
  say(target, "PUT %s%cdigest=%s HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: %ld\r\n\r\n", path, strchr(path, '?') ? '&' : '?', digest, target_port, size);
  EVP_DigestInit_ex(hash, EVP_sha256(), NULL);
  for (ssize_t got = left;;) {
    EVP_DigestUpdate(hash, piece, got);
    send_all(target, piece, got);
    if ((size -= got) <= 0) break;
    if ((got = read(source, piece, size < PIECE ? size : PIECE)) <= 0) fail("cut while reading");
  }
  EVP_DigestFinal_ex(hash, sum, &sum_length);
  for (unsigned int i = 0; i < sum_length; i++) sprintf(hex + 2 * i, "%02x", sum[i]);
  if (strcmp(hex, digest + sizeof "sha256:" - 1) != 0) fail("other bytes");
  if (answer(target, reply, sizeof reply, &nothing, &none) != 201) fail("PUT");
}

static void *work(void *unused) {
  int source = dial(source_port), target = dial(target_port), i;
  char *piece = malloc(PIECE + HEAD);
  EVP_MD_CTX *hash = EVP_MD_CTX_new();
  while ((i = __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED)) < digest_count) copy(source, target, digests[i], piece, hash);
  return unused;
}

int main(int count, char **arguments) {
  pthread_t threads[64];
  int n = count > 5 ? atoi(arguments[1]) : 0;
  if (n < 1 || n > 64) return 2;
  source_port = atoi(arguments[2]);
  target_port = atoi(arguments[3]);
  repository = arguments[4];
  digests = arguments + 5;
  digest_count = count - 5;
  for (int i = 0; i < n; i++) pthread_create(&threads[i], NULL, work, NULL);
  for (int i = 0; i < n; i++) pthread_join(threads[i], NULL);
  return 0;
}
