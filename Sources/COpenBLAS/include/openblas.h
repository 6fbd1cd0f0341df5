#ifndef SWIRL_OPENBLAS_H
#define SWIRL_OPENBLAS_H
#include <cblas.h>
#endif
