/**
 * The multilayer perceptron over an encoded phi: linear layers, each followed by a leaky ReLU, and at the end the features
 * that the heads read, divided by their root mean square.
 *
 * Layers without fresh biases are homogeneous: features twice as long for an input twice as long, and with them every
 * predicted weight. Unit root mean square makes the initial variance of the predictions the same for every phi, whatever
 * the length of the encoding and the luck of the hidden layers' draw (ours; Ortiz et al. take an encoding of constant length).
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import type { ParameterSpec } from '@leanvox/nets'
import {
  add,
  div,
  leakyRelu,
  matMul,
  mean,
  sqrt,
  square,
  tensor2d,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { encodePhi } from './encode-phi.ts'
import type { PhiSpec } from './hyper-spec.ts'
import type { Phi } from './phi.ts'

const LEAKINESS = 0.01
const EPSILON = 1e-8

/** Numbers that the MLP reads: two a factor. */
export function encodedLength({ perLevel, primary }: PhiSpec): number {
  return 2 * (perLevel ? primary.levels - 1 : 1)
}

/** `hidden.<i>.kernel` [in, out], Kaiming-normal over fan-in, and `hidden.<i>.bias` [out], 0. */
export function mlpParameters(spec: PhiSpec): ParameterSpec[] {
  return spec.hidden.flatMap((width, i) => {
    const fanIn = i === 0 ? encodedLength(spec) : spec.hidden[i - 1]
    const deviation = Math.sqrt(2 / (1 + LEAKINESS ** 2) / fanIn)
    return [
      { name: `hidden.${i}.kernel`, shape: [fanIn, width], fanIn, initial: { mean: 0, deviation } },
      { name: `hidden.${i}.bias`, shape: [width], fanIn: 1, initial: { mean: 0, deviation: 0 } },
    ]
  })
}

/** Features `[1, last hidden width]` of root mean square 1. */
export function phiFeatures(spec: PhiSpec, omega: NamedTensors, phi: Phi): Tensor2D {
  const factors = spec.perLevel && typeof phi === 'number' ? spec.primary.levels - 1 : 1
  const encoded = encodePhi(factors > 1 ? Array.from({ length: factors }, () => Number(phi)) : phi, spec)
  const last = spec.hidden.reduce<Tensor>(
    (input, _, i) => leakyRelu(add(matMul(input, omega[`hidden.${i}.kernel`]), omega[`hidden.${i}.bias`]), LEAKINESS),
    tensor2d(encoded, [1, encoded.length]),
  )
  return div(last, sqrt(add(mean(square(last)), EPSILON)))
}
