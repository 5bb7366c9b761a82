// How hot loops are compiled: one version per instruction set, picked when the addon loads.
#pragma once

// Only GCC on x86-64 ELF systems resolves such functions at load time; elsewhere the one plain version is built.
// (Sanitisers cannot run at load time: builds with them define it as nothing.)
#if defined(LEANVOX_CLONES)
#elif defined(__x86_64__) && defined(__ELF__) && defined(__GNUC__) && !defined(__clang__)
#define LEANVOX_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LEANVOX_CLONES
#endif

// Bodies of hot loops must be inlined, so that they take on the instruction set of the loop around them.
#if defined(_MSC_VER) && !defined(__clang__)
#define LEANVOX_INLINE __forceinline
#else
#define LEANVOX_INLINE inline __attribute__((always_inline))
#endif

// No iteration of the next loop reads what another one writes; an output may be one of the inputs itself.
#if defined(__clang__)
#define LEANVOX_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define LEANVOX_INDEPENDENT _Pragma("GCC ivdep")
#else
#define LEANVOX_INDEPENDENT __pragma(loop(ivdep))
#endif
