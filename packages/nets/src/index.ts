export { type ApplyOptions, type Network, type ParameterSpec } from './network.ts'
export { levelSizes, rescaled } from './level-sizes.ts'
export { unet } from './unet.ts'
export { unetSpec, type UNetSpec } from './unet-spec.ts'
