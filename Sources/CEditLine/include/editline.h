// Room for the variadic functions of libedit, which Swift cannot call.
#ifndef SWIRL_EDITLINE_H
#define SWIRL_EDITLINE_H

#include <histedit.h>
#endif
