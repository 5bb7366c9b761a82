// The inner loops for any processor, and the choice among the tables.
#define LEANVOX_ISA isa_base
#define LEANVOX_LANES 4
#define LEANVOX_ISA_NAME "base"
#include "fused_rows.inc"

#include <cstdlib>

namespace leanvox {
namespace {

// The best table, or the one that LEANVOX_ONEDNN_ISA names where the processor has it: for tests of the others.
const RowKernels& choose() {
#ifdef LEANVOX_ISA_TABLES
  const char* wanted = std::getenv("LEANVOX_ONEDNN_ISA");
  const auto may_use = [&](const char* name) { return wanted == nullptr || std::strcmp(wanted, name) == 0; };
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (avx512 && may_use("avx512")) return isa_avx512::kernels;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && may_use("avx2")) return isa_avx2::kernels;
#endif
  return isa_base::kernels;
}

}  // namespace

const RowKernels& row_kernels() {
  static const RowKernels& chosen = choose();
  return chosen;
}

}  // namespace leanvox
