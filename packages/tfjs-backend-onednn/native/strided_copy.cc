// Copies between two regular grids of elements: what slicing, padding, joining, tiling, reversing and transposing are.
//
// Axes are merged as far as both grids allow. What remains is a stack of planes: rows of contiguous runs (copied whole),
// transposed planes (copied in square tiles, so that both sides use whole cache lines), or rows of single elements.
#include "strided_copy.h"

#include <algorithm>
#include <cstring>

#include "parallel.h"
#include "simd.h"

namespace leanvox {
namespace {

std::vector<CopyAxis> merged(const std::vector<CopyAxis>& axes) {
  std::vector<CopyAxis> result;
  for (const CopyAxis& axis : axes) {
    if (axis.size == 1) continue;
    const auto size = static_cast<int64_t>(axis.size);
    if (!result.empty() && result.back().from == axis.from * size && result.back().to == axis.to * size) {
      result.back() = {result.back().size * axis.size, axis.from, axis.to};
    } else {
      result.push_back(axis);
    }
  }
  return result;
}

// The last two axes: rows, and the elements of a row.
struct Plane {
  CopyAxis rows, row;
};

template <size_t bytes>
void copy_runs(const char* from, char* to, size_t rows, int64_t from_step, int64_t to_step) {
  for (size_t i = 0; i < rows; i++) std::memcpy(to + static_cast<int64_t>(i) * to_step, from + static_cast<int64_t>(i) * from_step, bytes);
}

// Runs of a few channels are many and short: a copy of known size is a move or two.
void copy_plane_of_runs(const char* from, char* to, size_t rows, size_t bytes, int64_t from_step, int64_t to_step) {
  switch (bytes) {
    case 4: return copy_runs<4>(from, to, rows, from_step, to_step);
    case 8: return copy_runs<8>(from, to, rows, from_step, to_step);
    case 12: return copy_runs<12>(from, to, rows, from_step, to_step);
    case 16: return copy_runs<16>(from, to, rows, from_step, to_step);
    case 32: return copy_runs<32>(from, to, rows, from_step, to_step);
    case 64: return copy_runs<64>(from, to, rows, from_step, to_step);
    case 128: return copy_runs<128>(from, to, rows, from_step, to_step);
    case 256: return copy_runs<256>(from, to, rows, from_step, to_step);
  }
  for (size_t i = 0; i < rows; i++) std::memcpy(to + static_cast<int64_t>(i) * to_step, from + static_cast<int64_t>(i) * from_step, bytes);
}

// A tile's corner, and how far apart its lines are.
struct Tile {
  int64_t from_step, to_step;
  size_t height, width;
};

constexpr size_t kTile = 16;  // floats in a cache line

// A whole tile goes through a buffer, so that both sides are read and written line by line.
template <typename T>
LEANVOX_INLINE void copy_tile(const T* from, T* to, const Tile& tile) {
  T buffer[kTile * kTile];
  for (size_t j = 0; j < kTile; j++) {
    for (size_t i = 0; i < kTile; i++) buffer[j * kTile + i] = from[static_cast<int64_t>(j) * tile.from_step + static_cast<int64_t>(i)];
  }
  for (size_t i = 0; i < kTile; i++) {
    T* at = to + static_cast<int64_t>(i) * tile.to_step;
    for (size_t j = 0; j < kTile; j++) at[j] = buffer[j * kTile + i];
  }
}

template <typename T>
LEANVOX_INLINE void copy_part_of_tile(const T* from, T* to, const Tile& tile) {
  for (size_t i = 0; i < tile.height; i++) {
    for (size_t j = 0; j < tile.width; j++) {
      to[static_cast<int64_t>(i) * tile.to_step + static_cast<int64_t>(j)] = from[static_cast<int64_t>(i) + static_cast<int64_t>(j) * tile.from_step];
    }
  }
}

// rows.from is 1 and row.to is 1: source and target are contiguous along different axes. Tiles go in bands, so that a page
// of the source is used several times before the next.
template <typename T>
LEANVOX_CLONES void copy_transposed(const T* from, T* to, size_t rows, const Plane& plane) {
  constexpr size_t band = 8 * kTile;
  const size_t columns = plane.row.size;
  Tile tile{plane.row.from, plane.rows.to, 0, 0};
  for (size_t start = 0; start < rows; start += band) {
    for (size_t c = 0; c < columns; c += kTile) {
      tile.width = std::min(kTile, columns - c);
      for (size_t r = start; r < std::min(rows, start + band); r += kTile) {
        tile.height = std::min(kTile, rows - r);
        const T* source = from + static_cast<int64_t>(r) + static_cast<int64_t>(c) * tile.from_step;
        T* target = to + static_cast<int64_t>(r) * tile.to_step + static_cast<int64_t>(c);
        if (tile.height == kTile && tile.width == kTile) {
          copy_tile(source, target, tile);
        } else {
          copy_part_of_tile(source, target, tile);
        }
      }
    }
  }
}

template <typename T>
void copy_elements(const T* from, T* to, size_t rows, const Plane& plane) {
  for (size_t r = 0; r < rows; r++) {
    const T* source = from + static_cast<int64_t>(r) * plane.rows.from;
    T* target = to + static_cast<int64_t>(r) * plane.rows.to;
    if (plane.row.from == 0 && plane.row.to == 1) {
      std::fill_n(target, plane.row.size, *source);
      continue;
    }
    for (size_t i = 0; i < plane.row.size; i++) {
      target[static_cast<int64_t>(i) * plane.row.to] = source[static_cast<int64_t>(i) * plane.row.from];
    }
  }
}

template <typename T>
void copy_plane(const T* from, T* to, size_t rows, const Plane& plane) {
  constexpr auto size = static_cast<int64_t>(sizeof(T));
  if (plane.row.from == 1 && plane.row.to == 1) {
    copy_plane_of_runs(reinterpret_cast<const char*>(from), reinterpret_cast<char*>(to), rows, plane.row.size * sizeof(T),
                       plane.rows.from * size, plane.rows.to * size);
  } else if (plane.rows.from == 1 && plane.row.to == 1) {
    copy_transposed(from, to, rows, plane);
  } else {
    copy_elements(from, to, rows, plane);
  }
}

// With the source contiguous along another axis than the last, that axis joins the last one in the plane.
void bring_source_axis_inward(std::vector<CopyAxis>& axes) {
  if (axes.size() < 2 || axes.back().from == 1 || axes.back().from == 0) return;
  const auto found = std::find_if(axes.begin(), axes.end() - 1, [](const CopyAxis& axis) { return axis.from == 1; });
  if (found != axes.end() - 1) std::rotate(found, found + 1, axes.end() - 1);
}

template <typename T>
void copy_typed(const std::vector<CopyAxis>& axes, const T* from, T* to) {
  const size_t last = axes.size() - 1;
  const Plane plane{axes[last - 1], axes[last]};
  const size_t outer = last - 1;
  size_t total = plane.rows.size;
  for (size_t i = 0; i < outer; i++) total *= axes[i].size;
  const auto run = [&](size_t begin, size_t end) {
    for (size_t row = begin; row < end;) {
      const size_t first = row % plane.rows.size;
      const size_t rows = std::min(end - row, plane.rows.size - first);
      int64_t source = static_cast<int64_t>(first) * plane.rows.from;
      int64_t target = static_cast<int64_t>(first) * plane.rows.to;
      for (size_t i = outer, rest = row / plane.rows.size; i-- > 0; rest /= axes[i].size) {
        const auto position = static_cast<int64_t>(rest % axes[i].size);
        source += position * axes[i].from;
        target += position * axes[i].to;
      }
      copy_plane(from + source, to + target, rows, plane);
      row += rows;
    }
  };
  parallel_ranges(total, run, std::max<size_t>(2, 2 * kParallelThreshold / plane.row.size), 1);
}

}  // namespace

void strided_copy(std::vector<CopyAxis> axes, const void* from, void* to, size_t element_size) {
  for (const CopyAxis& axis : axes) {
    if (axis.size == 0) return;
  }
  axes = merged(axes);
  if (axes.empty()) axes.push_back({1, 1, 1});
  if (axes.size() == 1 && axes[0].from == 1 && axes[0].to == 1) {
    const auto* source = static_cast<const char*>(from);
    auto* target = static_cast<char*>(to);
    parallel_ranges(axes[0].size * element_size, [=](size_t begin, size_t end) { std::memcpy(target + begin, source + begin, end - begin); },
                    8 * kParallelThreshold, 64);
    return;
  }
  if (axes.size() == 1) axes.insert(axes.begin(), {1, 0, 0});
  bring_source_axis_inward(axes);
  if (element_size == 1) {
    copy_typed(axes, static_cast<const uint8_t*>(from), static_cast<uint8_t*>(to));
  } else {
    copy_typed(axes, static_cast<const uint32_t*>(from), static_cast<uint32_t*>(to));
  }
}

}  // namespace leanvox
