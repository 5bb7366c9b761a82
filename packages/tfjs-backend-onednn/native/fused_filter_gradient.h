// The filter gradient of 3-wide convolutions of stride 1 in bfloat16 on AMX; see fused_filter_gradient.cc.
#pragma once
#include <cstddef>
#include <cstdint>

namespace leanvox {

// Input and gradient are [batch, depth, height, width, channels] of equal places (padding 'same').
struct FilterGradient {
  size_t batch, depth, height, width, in_channels, out_channels;
  size_t kernel_depth, kernel_height, kernel_width;
  size_t pad_depth, pad_height, pad_width;  // before
  const uint16_t *x, *dy;
  float* filter;           // [kernel..., filter_channels, out_channels], from this input's first channel on
  size_t filter_channels;
};

// Whether this processor and these sizes are ones that `amx_filter_gradient` takes.
bool takes_filter_gradient(const FilterGradient& g);
void amx_filter_gradient(const FilterGradient& g);

}  // namespace leanvox
