/**
 * Instance or group normalisation, affine and leaky ReLU in one operation with one gradient.
 *
 * @module
 */
import { add, leakyRelu, matMul, mul, ones, reshape, rsqrt, square, sub, div, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core'

/** Which statistics are shared, and the slope below zero. */
export interface NormActivationOptions {
  readonly kind: 'instance' | 'group' | 'none'
  readonly groups?: number
  readonly epsilon?: number
  readonly leakiness?: number
}

/** Per-channel affine; absent means scale 1, offset 0. */
export interface NormAffine {
  readonly scale?: Tensor
  readonly offset?: Tensor
}

/** leakyRelu(scale * normalised(x) + offset) of `x` [batch, ...spatial, channels]. */
export function normActivation(x: Tensor, { scale, offset }: NormAffine, options: NormActivationOptions): Tensor {
  const { kind, groups = 8, epsilon = 1e-5, leakiness = 0.01 } = options
  const channels = x.shape[x.rank - 1]
  const batch = x.shape[0]
  const groupCount = kind === 'group' ? groups : channels
  const space = x.size / (batch * channels)
  const flat = reshape(x, [batch, space, channels]) as Tensor3D
  let value: Tensor = flat
  if (kind !== 'none') {
    const average = (t: Tensor): Tensor => {
      const sums = reshape(matMul(ones([batch, 1, space]) as Tensor3D, t as Tensor3D), [batch * groupCount, channels / groupCount]) as Tensor
      const perGroup = matMul(sums as never, ones([channels / groupCount, channels / groupCount]) as never) as Tensor
      return div(reshape(perGroup, [batch, 1, channels]), space * (channels / groupCount))
    }
    const centred = sub(flat, average(flat))
    value = mul(centred, rsqrt(add(average(square(centred)), epsilon)))
  }
  if (scale) value = mul(value, scale)
  if (offset) value = add(value, offset)
  return reshape(leakiness === 1 ? value : leakyRelu(value, leakiness), x.shape)
}
