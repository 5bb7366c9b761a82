// The filter gradient dw[k][ci][co] = sum over places v of x[v + k] dy[v] on AMX tiles.
//
// oneDNN 2.6.3 reaches 0.1 to 0.4 TFLOP/s here on one core, because it packs both tensors again for every use. This form
// packs each once: x as pairs of places, [channel block][place / 2][16 channels][2], which is what a tile's second operand
// wants, and dy transposed, [channel block][16 channels][place], three times: shifted by the three taps along the width
// and zeroed where a tap leaves its row. A tap along height or depth is then a shift by whole rows or planes, so that
// every product runs over contiguous memory. Threads take ranges of planes and their sums are added in order.
#include "fused_filter_gradient.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12
#define LEANVOX_AMX 1
#include <immintrin.h>
#include <omp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <dnnl.hpp>
#include <vector>

#include "dnnl_shim.h"
#endif

namespace leanvox {

#ifdef LEANVOX_AMX
namespace {

#pragma GCC push_options
#pragma GCC target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq")

constexpr size_t kBlock = 16;                // channels of a tile
constexpr size_t kStep = 32;                 // places of one tile product
constexpr size_t kTile = kBlock * kBlock;    // sums of a tile
constexpr size_t kTaps = 3;                  // along the width
constexpr size_t kPackedBytes = 700 * 1024;  // of packed planes that are worked on at once; they stay in the second cache

// Linux lends tiles to a process that asks for them.
bool tiles_are_granted() {
  constexpr int request_permission = 0x1023, tile_data = 18;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

struct alignas(64) TileConfig {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t columns[16] = {};
  uint8_t rows[16] = {};
};

void configure_tiles() {
  TileConfig config;
  for (int i = 0; i < 8; i++) {
    config.columns[i] = 64;
    config.rows[i] = 16;
  }
  _tile_loadconfig(&config);
}

// Sizes of the packed form, and of one thread's workspace in values of each kind.
struct Plan {
  FilterGradient g;
  size_t places, in_blocks, out_blocks, pitch, x_plane, dy_plane, group, band, ring, taps, sums;
  std::vector<uint32_t> keep_left, keep_right;  // for each step: the places whose left (right) neighbour is in their row

  explicit Plan(const FilterGradient& given, size_t planes) : g(given) {
    places = g.height * g.width;
    in_blocks = g.in_channels / kBlock;
    out_blocks = g.out_channels / kBlock;
    // A spare step of zeros ends each row, and keeps rows from falling on one set of the first cache.
    pitch = (places + kStep - 1) / kStep * kStep + kStep;
    x_plane = in_blocks * (places + kStep) * kBlock;
    dy_plane = kTaps * out_blocks * kBlock * pitch;
    group = std::max<size_t>(1, std::min(planes, kPackedBytes / (2 * (x_plane + dy_plane))));
    // Planes too large for the cache are multiplied in bands of rows.
    const size_t row_bytes = 2 * (x_plane * g.kernel_depth + dy_plane) / g.height + 1;
    band = group > 1 ? g.height : std::min(g.height, std::max<size_t>(1, kPackedBytes / row_bytes));
    ring = group + g.kernel_depth - 1;
    taps = g.kernel_depth * g.kernel_height * kTaps;
    sums = taps * in_blocks * out_blocks * kTile;
    for (size_t step = 0; step < pitch / kStep; step++) {
      uint32_t left = 0, right = 0;
      for (size_t i = 0; i < kStep; i++) {
        const size_t place = step * kStep + i, column = place % g.width;
        if (place < places && column != 0) left |= uint32_t{1} << i;
        if (place < places && column + 1 != g.width) right |= uint32_t{1} << i;
      }
      keep_left.push_back(left);
      keep_right.push_back(right);
    }
  }

  static size_t rounded(size_t bytes) { return (bytes + 63) / 64 * 64; }
  size_t sum_bytes() const { return rounded(sums * sizeof(float)); }
  size_t x_bytes() const { return rounded(ring * x_plane * sizeof(uint16_t)); }
  size_t dy_bytes() const { return rounded(group * dy_plane * sizeof(uint16_t)) + 128; }
  size_t bytes() const { return sum_bytes() + x_bytes() + dy_bytes(); }
};

struct Workspace {
  float* sums;
  uint16_t *x, *dy;
  std::vector<int64_t> held;  // which plane of x a place of the ring holds

  Workspace(const Plan& p, char* memory) : held(p.ring, -1) {
    sums = reinterpret_cast<float*>(memory);
    x = reinterpret_cast<uint16_t*>(memory + p.sum_bytes());
    // Shifting to the right reads one value before the first row.
    dy = reinterpret_cast<uint16_t*>(memory + p.sum_bytes() + p.x_bytes() + 64);
    std::memset(memory, 0, p.bytes());
  }
};

void pack_x(const Plan& p, size_t plane, uint16_t* to) {
  alignas(64) static const uint16_t order[32] = {0, 16 + 16, 1, 17 + 16, 2, 18 + 16, 3, 19 + 16, 4, 20 + 16, 5, 21 + 16, 6, 22 + 16, 7, 23 + 16,
                                                 8, 24 + 16, 9, 25 + 16, 10, 26 + 16, 11, 27 + 16, 12, 28 + 16, 13, 29 + 16, 14, 30 + 16, 15, 31 + 16};
  const __m512i interleave = _mm512_load_si512(order);
  const size_t channels = p.g.in_channels;
  const uint16_t* from = p.g.x + plane * p.places * channels;
  for (size_t block = 0; block < p.in_blocks; block++) {
    uint16_t* out = to + block * (p.places + kStep) * kBlock;
    const uint16_t* in = from + block * kBlock;
    for (size_t place = 0; place < p.places; place += 2) {
      const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + place * channels));
      const __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + (place + 1) * channels));
      const __m512i pair = _mm512_permutex2var_epi16(_mm512_castsi256_si512(first), interleave, _mm512_castsi256_si512(second));
      _mm512_storeu_si512(out + place * kBlock, pair);
    }
  }
}

// 16 rows of 16 values to their transpose, rows `pitch` values apart.
void transpose(const __m256i* rows, uint16_t* to, size_t pitch) {
  __m256i a[16], b[16];
  for (int i = 0; i < 8; i++) {
    a[2 * i] = _mm256_unpacklo_epi16(rows[2 * i], rows[2 * i + 1]);
    a[2 * i + 1] = _mm256_unpackhi_epi16(rows[2 * i], rows[2 * i + 1]);
  }
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 2; j++) {
      b[4 * i + 2 * j] = _mm256_unpacklo_epi32(a[4 * i + j], a[4 * i + 2 + j]);
      b[4 * i + 2 * j + 1] = _mm256_unpackhi_epi32(a[4 * i + j], a[4 * i + 2 + j]);
    }
  }
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 4; j++) {
      a[8 * i + 2 * j] = _mm256_unpacklo_epi64(b[8 * i + j], b[8 * i + 4 + j]);
      a[8 * i + 2 * j + 1] = _mm256_unpackhi_epi64(b[8 * i + j], b[8 * i + 4 + j]);
    }
  }
  for (int j = 0; j < 8; j++) {
    const __m256i low = _mm256_permute2x128_si256(a[j], a[8 + j], 0x20), high = _mm256_permute2x128_si256(a[j], a[8 + j], 0x31);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + static_cast<size_t>(j) * pitch), low);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + static_cast<size_t>(j + 8) * pitch), high);
  }
}

// Tap 1 is dy itself, tap 0 its right neighbour (x[v] meets dy[v + 1]), tap 2 its left one.
void pack_dy(const Plan& p, size_t plane, uint16_t* to) {
  const size_t channels = p.g.out_channels, tap_size = p.out_blocks * kBlock * p.pitch;
  const uint16_t* from = p.g.dy + plane * p.places * channels;
  for (size_t block = 0; block < p.out_blocks; block++) {
    uint16_t* centre = to + tap_size + block * kBlock * p.pitch;
    for (size_t place = 0; place < p.places; place += 16) {
      __m256i rows[16];
      for (size_t i = 0; i < 16; i++) {
        rows[i] = place + i < p.places ? _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + (place + i) * channels + block * kBlock)) : _mm256_setzero_si256();
      }
      transpose(rows, centre + place, p.pitch);
    }
    for (size_t channel = 0; channel < kBlock; channel++) {
      const uint16_t* row = centre + channel * p.pitch;
      uint16_t* right = to + (block * kBlock + channel) * p.pitch;
      uint16_t* left = to + 2 * tap_size + (block * kBlock + channel) * p.pitch;
      for (size_t step = 0; step < p.pitch / kStep; step++) {
        const size_t at = step * kStep;
        _mm512_storeu_si512(right + at, _mm512_maskz_loadu_epi16(p.keep_right[step], row + at + 1));
        _mm512_storeu_si512(left + at, _mm512_maskz_loadu_epi16(p.keep_left[step], row + at - 1));
      }
    }
  }
}

// One product of `count` steps for three taps and one or two blocks of input channels. Tiles 0-2 (and 3-5) hold sums.
template <bool two>
void multiply(const uint16_t* const* a, size_t a_pitch, const uint16_t* b0, const uint16_t* b1, size_t count) {
  const size_t bytes = a_pitch * sizeof(uint16_t);
  for (size_t step = 0; step < count; step++) {
    const size_t place = step * kStep;
    _tile_loadd(7, b0 + place * kBlock, 64);
    _tile_loadd(6, a[0] + place, bytes);
    _tile_dpbf16ps(0, 6, 7);
    if (two) {
      _tile_loadd(7, b1 + place * kBlock, 64);
      _tile_dpbf16ps(3, 6, 7);
      _tile_loadd(6, a[1] + place, bytes);
      _tile_dpbf16ps(4, 6, 7);
      _tile_loadd(7, b0 + place * kBlock, 64);
      _tile_dpbf16ps(1, 6, 7);
      _tile_loadd(6, a[2] + place, bytes);
      _tile_dpbf16ps(2, 6, 7);
      _tile_loadd(7, b1 + place * kBlock, 64);
      _tile_dpbf16ps(5, 6, 7);
    } else {
      _tile_loadd(6, a[1] + place, bytes);
      _tile_dpbf16ps(1, 6, 7);
      _tile_loadd(6, a[2] + place, bytes);
      _tile_dpbf16ps(2, 6, 7);
    }
  }
}

// Planes [first, end) and of them the rows [top, bottom) of dy: what is multiplied while it is in the cache.
struct Piece {
  size_t first, end, top, bottom;
};

// One tap along depth and height of one block of output channels.
struct Item {
  size_t tap_depth, tap_height, in_block, out_block;
};

template <bool two>
void accumulate(const Plan& p, const Workspace& w, const Piece& piece, const Item& item) {
  const FilterGradient& g = p.g;
  const size_t tap = (item.tap_depth * g.kernel_height + item.tap_height) * kTaps;
  const auto sums = [&](size_t width_tap, size_t block) {
    return w.sums + (((tap + width_tap) * p.in_blocks + item.in_block + block) * p.out_blocks + item.out_block) * kTile;
  };
  _tile_loadd(0, sums(0, 0), 64);
  _tile_loadd(1, sums(1, 0), 64);
  _tile_loadd(2, sums(2, 0), 64);
  if (two) {
    _tile_loadd(3, sums(0, 1), 64);
    _tile_loadd(4, sums(1, 1), 64);
    _tile_loadd(5, sums(2, 1), 64);
  }
  // Rows of dy whose tap lies inside the plane of x.
  const size_t row = std::max(piece.top, item.tap_height < g.pad_height ? g.pad_height - item.tap_height : 0);
  const size_t last = std::min(piece.bottom, g.height + g.pad_height - std::min(item.tap_height, g.height + g.pad_height));
  const size_t values = row < last ? (last - row) * g.width : 0, steps = values / kStep, rest = values % kStep;
  for (size_t plane = piece.first; plane < piece.end; plane++) {
    const size_t depth = plane % g.depth + item.tap_depth;
    if (depth < g.pad_depth || depth - g.pad_depth >= g.depth || values == 0) continue;
    const size_t source = plane - plane % g.depth + depth - g.pad_depth;
    const uint16_t* b0 = w.x + source % p.ring * p.x_plane + (item.in_block * (p.places + kStep) + (row + item.tap_height - g.pad_height) * g.width) * kBlock;
    const uint16_t* b1 = b0 + (p.places + kStep) * kBlock;
    const uint16_t* a[kTaps];
    for (size_t i = 0; i < kTaps; i++) {
      a[i] = w.dy + (plane - piece.first) * p.dy_plane + ((i * p.out_blocks + item.out_block) * kBlock) * p.pitch + row * g.width;
    }
    multiply<two>(a, p.pitch, b0, b1, steps);
    if (rest == 0) continue;
    // The last places that fill no step, with zeros after them.
    alignas(64) uint16_t stage[kTaps][kBlock][kStep];
    const __mmask32 mask = (uint32_t{1} << rest) - 1;
    const uint16_t* staged[kTaps];
    for (size_t i = 0; i < kTaps; i++) {
      for (size_t channel = 0; channel < kBlock; channel++) {
        _mm512_store_si512(stage[i][channel], _mm512_maskz_loadu_epi16(mask, a[i] + channel * p.pitch + steps * kStep));
      }
      staged[i] = stage[i][0];
    }
    multiply<two>(staged, kStep, b0 + steps * kStep * kBlock, b1 + steps * kStep * kBlock, 1);
  }
  _tile_stored(0, sums(0, 0), 64);
  _tile_stored(1, sums(1, 0), 64);
  _tile_stored(2, sums(2, 0), 64);
  if (two) {
    _tile_stored(3, sums(0, 1), 64);
    _tile_stored(4, sums(1, 1), 64);
    _tile_stored(5, sums(2, 1), 64);
  }
}

// Packs the planes of x that dy's plane meets, where the ring does not hold them yet.
void hold_planes(const Plan& p, Workspace& w, size_t plane) {
  const size_t item = plane - plane % p.g.depth, depth = plane % p.g.depth;
  for (size_t tap = 0; tap < p.g.kernel_depth; tap++) {
    if (depth + tap < p.g.pad_depth || depth + tap - p.g.pad_depth >= p.g.depth) continue;
    const size_t source = item + depth + tap - p.g.pad_depth, slot = source % p.ring;
    if (w.held[slot] == static_cast<int64_t>(source)) continue;
    pack_x(p, source, w.x + slot * p.x_plane);
    w.held[slot] = static_cast<int64_t>(source);
  }
}

void multiply_piece(const Plan& p, const Workspace& w, const Piece& piece) {
  for (size_t depth = 0; depth < p.g.kernel_depth; depth++) {
    for (size_t height = 0; height < p.g.kernel_height; height++) {
      for (size_t out = 0; out < p.out_blocks; out++) {
        size_t in = 0;
        for (; in + 2 <= p.in_blocks; in += 2) accumulate<true>(p, w, piece, {depth, height, in, out});
        if (in < p.in_blocks) accumulate<false>(p, w, piece, {depth, height, in, out});
      }
    }
  }
}

void run_planes(const Plan& p, Workspace& w, size_t begin, size_t end) {
  configure_tiles();
  for (size_t first = begin; first < end; first += p.group) {
    const size_t last = std::min(end, first + p.group);
    for (size_t plane = first; plane < last; plane++) {
      hold_planes(p, w, plane);
      pack_dy(p, plane, w.dy + (plane - first) * p.dy_plane);
    }
    for (size_t top = 0; top < p.g.height; top += p.band) multiply_piece(p, w, {first, last, top, std::min(p.g.height, top + p.band)});
  }
  _tile_release();
}

#pragma GCC pop_options

// Sums are [tap][in block][out block][16 out][16 in], the filter [tap][in][out].
void write_filter(const Plan& p, const std::vector<Workspace>& spaces) {
  const auto rows = static_cast<int64_t>(p.taps * p.in_blocks);
#pragma omp parallel for schedule(static) if (p.sums > (size_t{1} << 16))
  for (int64_t row = 0; row < rows; row++) {
    const size_t tap = static_cast<size_t>(row) / p.in_blocks, in = static_cast<size_t>(row) % p.in_blocks;
    for (size_t out = 0; out < p.out_blocks; out++) {
      float tile[kTile] = {};
      for (const Workspace& w : spaces) {
        const float* sums = w.sums + (static_cast<size_t>(row) * p.out_blocks + out) * kTile;
        for (size_t i = 0; i < kTile; i++) tile[i] += sums[i];
      }
      for (size_t i = 0; i < kBlock; i++) {
        float* to = p.g.filter + (tap * p.g.filter_channels + in * kBlock + i) * p.g.out_channels + out * kBlock;
        for (size_t j = 0; j < kBlock; j++) to[j] = tile[j * kBlock + i];
      }
    }
  }
}

}  // namespace

bool takes_filter_gradient(const FilterGradient& g) {
  static const bool amx = (static_cast<int>(dnnl::get_effective_cpu_isa()) & static_cast<int>(dnnl::cpu_isa::avx512_core_amx)) ==
                              static_cast<int>(dnnl::cpu_isa::avx512_core_amx) && tiles_are_granted();
  const bool ordinary = g.kernel_width == kTaps && g.pad_width == 1 && g.pad_height < g.kernel_height && g.pad_depth < g.kernel_depth;
  return amx && ordinary && g.width % 2 == 0 && g.in_channels % kBlock == 0 && g.out_channels % kBlock == 0;
}

// A wide image is taken row by row, as planes of one row are: a few rows and their neighbours stay in the cache.
FilterGradient by_rows(FilterGradient g) {
  constexpr size_t wide = 64;
  if (g.depth != 1 || g.kernel_depth != 1 || g.width < wide) return g;
  std::swap(g.depth, g.height);
  std::swap(g.kernel_depth, g.kernel_height);
  std::swap(g.pad_depth, g.pad_height);
  return g;
}

void amx_filter_gradient(const FilterGradient& given) {
  const FilterGradient g = by_rows(given);
  const size_t planes = g.batch * g.depth;
  // Below this many products starting threads costs more than it gains.
  constexpr size_t parallel = size_t{1} << 24;
  const size_t products = planes * g.height * g.width * g.in_channels * g.out_channels * g.kernel_depth * g.kernel_height * kTaps;
  const size_t threads = products < parallel ? 1 : std::min(planes, static_cast<size_t>(omp_get_max_threads()));
  const size_t share = (planes + threads - 1) / threads;
  const Plan plan(g, share);
  char* memory = static_cast<char*>(runtime().packed.reserve(plan.bytes() * threads));
  std::vector<Workspace> spaces;
  spaces.reserve(threads);
  for (size_t i = 0; i < threads; i++) spaces.emplace_back(plan, memory + i * plan.bytes());
#pragma omp parallel for schedule(static, 1) num_threads(static_cast<int>(threads)) if (threads > 1)
  for (int64_t i = 0; i < static_cast<int64_t>(threads); i++) {
    const size_t begin = static_cast<size_t>(i) * share;
    if (begin < planes) run_planes(plan, spaces[static_cast<size_t>(i)], begin, std::min(planes, begin + share));
  }
  write_filter(plan, spaces);
}
#else
bool takes_filter_gradient(const FilterGradient&) { return false; }
void amx_filter_gradient(const FilterGradient&) {}
#endif

}  // namespace leanvox
