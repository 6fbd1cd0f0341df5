// libzmq as Swift sees it.
#include <errno.h>
#include <zmq.h>
