#ifndef SWIRL_LIBARCHIVE_H
#define SWIRL_LIBARCHIVE_H
#include <archive.h>
#include <archive_entry.h>
#endif
