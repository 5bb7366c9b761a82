// The inner loops for processors with AVX2 and FMA.
#include "fused_rows.h"
#include "simd.h"
#ifdef LEANVOX_ISA_TABLES
#include <cmath>
#include <cstring>
#include <limits>
#pragma GCC target("avx2,fma")
#define LEANVOX_ISA isa_avx2
#define LEANVOX_LANES 8
#define LEANVOX_ISA_NAME "avx2"
#include "fused_rows.inc"
#endif
