// The inner loops for any processor, and the choice among the tables.
#define LEANVOX_ISA isa_base
#define LEANVOX_LANES 4
#define LEANVOX_ISA_NAME "base"
#include "fused_rows.inc"

namespace leanvox {

const RowKernels& row_kernels() {
#ifdef LEANVOX_ISA_TABLES
  static const RowKernels& chosen = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") ? isa_avx512::kernels
                                    : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")                                        ? isa_avx2::kernels
                                                                                                                                             : isa_base::kernels;
  return chosen;
#else
  return isa_base::kernels;
#endif
}

}  // namespace leanvox
