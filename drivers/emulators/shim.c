/*
 * Preloaded into the real daemons that stand in for kiosk hardware (pcscd with vpcd, ippeveprinter).
 *
 * 1. bind(): a listener on every address is moved to loopback. Neither daemon has an option for it, and a test card
 *    or a test printer must never be reachable from the network.
 * 2. Avahi: ippeveprinter refuses to start without a running Avahi although it works without; these stubs say yes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
    int (*real_bind)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");

    if (address->sa_family == AF_INET) {
        struct sockaddr_in moved = *(const struct sockaddr_in *)address;
        if (moved.sin_addr.s_addr == htonl(INADDR_ANY))
            moved.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return real_bind(fd, (struct sockaddr *)&moved, sizeof moved);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 moved = *(const struct sockaddr_in6 *)address;
        if (IN6_IS_ADDR_UNSPECIFIED(&moved.sin6_addr))
            moved.sin6_addr = in6addr_loopback;
        return real_bind(fd, (struct sockaddr *)&moved, sizeof moved);
    }
    return real_bind(fd, address, length);
}

static char token; /* any address that is not NULL */

void *avahi_threaded_poll_new(void) { return &token; }
void *avahi_threaded_poll_get(void *poll) { return &token; }
int avahi_threaded_poll_start(void *poll) { return 0; }
void avahi_threaded_poll_lock(void *poll) { }
void avahi_threaded_poll_unlock(void *poll) { }
void *avahi_client_new(void) { return &token; }
const char *avahi_client_get_host_name_fqdn(void *client) { return "localhost"; }
int avahi_client_errno(void *client) { return 0; }
void *avahi_entry_group_new(void) { return &token; }
int avahi_entry_group_add_service_strlst(void) { return 0; }
int avahi_entry_group_add_service_subtype(void) { return 0; }
int avahi_entry_group_commit(void *group) { return 0; }
int avahi_entry_group_free(void *group) { return 0; }
