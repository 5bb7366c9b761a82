/**
 * The data of a float32 tensor that is stored as bfloat16, the upper half of each float32.
 *
 * With bfloat16 precision the fused kernels keep large tensors this way between convolutions: half the memory to pass
 * over, and no rounding again on the way into a convolution. Any other kernel reads `values`, which are expanded then and
 * kept.
 *
 * @module
 */
import type { TensorArray } from './buffer-pool.ts'

/** What the backend keeps for such a tensor, in the form the cpu backend keeps its own. */
export class HalfData {
  readonly dtype = 'float32' as const
  readonly bits: Uint16Array
  refCount = 1
  readonly #expand: (bits: Uint16Array) => Float32Array
  #values: Float32Array | undefined

  constructor(bits: Uint16Array, expand: (bits: Uint16Array) => Float32Array) {
    this.bits = bits
    this.#expand = expand
  }

  get values(): Float32Array {
    this.#values ??= this.#expand(this.bits)
    return this.#values
  }

  /** The memory that the tensor holds. */
  held(): TensorArray[] {
    return this.#values === undefined ? [this.bits] : [this.bits, this.#values]
  }
}
