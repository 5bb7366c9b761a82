/**
 * The addon's convolution functions.
 *
 * @module
 */

/** Each checks that its arrays hold what `attributes` (see `conv-attributes.ts`) implies before it reads or writes. */
export interface ConvFunctions {
  convForward(
    attributes: Int32Array,
    x: Float32Array,
    filter: Float32Array,
    bias: Float32Array | null,
    y: Float32Array,
  ): void
  convBackwardInput(attributes: Int32Array, dy: Float32Array, filter: Float32Array, dx: Float32Array): void
  convBackwardFilter(attributes: Int32Array, x: Float32Array, dy: Float32Array, dfilter: Float32Array): void
}
