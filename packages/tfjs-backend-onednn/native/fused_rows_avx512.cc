// The inner loops for processors with AVX-512 (F, BW, VL, DQ).
#include "fused_rows.h"
#include "simd.h"
#ifdef LEANVOX_ISA_TABLES
#include <cmath>
#include <cstring>
#include <limits>
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,prefer-vector-width=512")
#define LEANVOX_ISA isa_avx512
#define LEANVOX_LANES 16
#define LEANVOX_ISA_NAME "avx512"
#include "fused_rows.inc"
#endif
