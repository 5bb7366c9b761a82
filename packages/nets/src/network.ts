/**
 * What every network is here: a pure function of named weights. Training, pruning and weight prediction differ only in
 * where the weights come from.
 *
 * @module
 */
import type { NamedArrays, NamedTensors } from '@leanvox/engine'
import type { Rng } from '@leanvox/random'
import type { Tensor } from '@tensorflow/tfjs-core'

/** One weight: its name, shape, and how a fresh one is drawn. */
export interface ParameterSpec {
  /** Stable and dotted, such as `encoder.0.conv.1.kernel`. */
  readonly name: string
  readonly shape: readonly number[]
  /** Inputs that one output sums over; 1 for scales, offsets and biases. */
  readonly fanIn: number
  /** Mean and standard deviation of a fresh weight; a deviation of 0 is a constant. */
  readonly initial: { readonly mean: number; readonly deviation: number }
}

export interface ApplyOptions {
  /**
   * The factor in (0, 1] by which every encoder stage shrinks its input, linearly to `max(1, ceil(factor n))`. It
   * replaces the network's own way of downsampling in this call (SSHN's rescaling factor). A list has one factor for
   * each stage, finest first.
   */
  readonly rescale?: number | readonly number[]
}

export interface Network<Spec = unknown> {
  readonly spec: Spec
  /** In a fixed order, the order of the weights' names. */
  readonly parameters: readonly ParameterSpec[]
  readonly parameterCount: number
  /** Fresh weights; each is drawn from its own stream `rng.split(name)` and depends on no other weight. */
  init(rng: Rng): NamedArrays
  /**
   * Logits `[N, ...spatial, outChannels]` of `x` `[N, ...spatial, inChannels]`. The caller keeps `x` and the weights and
   * owns the result; names that the network does not know are ignored.
   */
  apply(weights: NamedTensors, x: Tensor, options?: ApplyOptions): Tensor
  /** As `apply`, with the logits of every supervised decoder level, finest first, each at its own size. */
  applyDeep(weights: NamedTensors, x: Tensor, options?: ApplyOptions): Tensor[]
  /** Multiply-adds of all convolutions of one forward pass over one item, every head included. */
  multiplyAdds(spatial: readonly number[], options?: ApplyOptions): number
}
