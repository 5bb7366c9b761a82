/**
 * What a network says about each of several whole cases: logits on the host, and the loss and heat map where asked for.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import type { Loss, PreparedCase, SegmentationNetwork } from '@leanvox/training'
import { reshape, slice, stack, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { cam } from './cam.ts'
import { isClassifier } from './classifier.ts'

/** One network's answer for one case. */
export interface CaseAnswer {
  /** `[voxels, channels]`, or `[channels]` from a classifier. */
  readonly logits: Float32Array
  readonly channels: number
  /** NaN where no loss was asked for or the case has no label. */
  readonly loss: number
  /** CAM of the class asked for, `[voxels]`; null where none was. */
  readonly heatMap: Float32Array | null
}

export interface AnswerQuestion {
  readonly images: Tensor
  /** How many cases the images are. */
  readonly count: number
  /** Labels as the loss takes them, null for no loss. */
  readonly labels: Tensor | null
  readonly loss: Loss
  /** Classes for the heat maps, null for none. */
  readonly classes: readonly number[] | null
}

/** The answers of a network for a batch of cases, in order. */
export async function answersOf(
  { network, weights }: { network: SegmentationNetwork; weights: NamedTensors },
  { images, count, labels, loss, classes }: AnswerQuestion,
): Promise<CaseAnswer[]> {
  const maps = classes && isClassifier(network) ? tidy(() => cam({ network, weights }, images, { classes })) : null
  const [logits, losses] = tidy((): Tensor[] => {
    const logits = network.apply(weights, images)
    return labels ? [logits, itemLosses({ logits, labels }, { loss, count })] : [logits]
  })
  const values = await hostValues(logits)
  const lossValues = losses && (await hostValues(losses))
  const mapValues = maps && (await hostValues(maps))
  const channels = network.spec.outChannels
  return Array.from({ length: count }, (_, i) => ({
    logits: part(values, i, count),
    channels,
    loss: lossValues?.[i] ?? NaN,
    heatMap: mapValues ? part(mapValues, i, count) : null,
  }))
}

/** Takes the values of a float32 tensor to the host and frees it. */
export async function hostValues(tensor: Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array
  } finally {
    tensor.dispose()
  }
}

/** The loss of each item alone, `[count]`; an item may be several images (slices of one case). */
function itemLosses(
  { logits, labels }: { logits: Tensor; labels: Tensor },
  { loss, count }: { loss: Loss; count: number },
): Tensor {
  const each = logits.shape[0] / count
  const rows = (of: Tensor, i: number) => slice(of, [i * each], [each])
  return reshape(stack(Array.from({ length: count }, (_, i) => loss(rows(logits, i), rows(labels, i)))), [count])
}

/** Labels of cases of one shape for a segmentation loss: class indices `[images, ...spatial]`. */
export function labelMapsTensor(cases: readonly PreparedCase[], dimensions: 2 | 3): Tensor {
  const [depth, ...plane] = cases[0].shape
  const voxels = cases[0].label.length
  const values = new Int32Array(cases.length * voxels)
  cases.forEach(({ label }, i) => values.set(label, i * voxels))
  return tensor(values, [...(dimensions === 2 ? [cases.length * depth] : [cases.length, depth]), ...plane], 'int32')
}

/** The most likely class of every voxel, the lower one on a tie; of one channel 1 where the logit is positive. */
export function labelsOf({ logits, channels }: Pick<CaseAnswer, 'logits' | 'channels'>): Uint8Array {
  const labels = new Uint8Array(logits.length / channels)
  if (channels === 1) return labels.map((_, i) => (logits[i] > 0 ? 1 : 0))
  for (let i = 0, at = 0; i < labels.length; i++, at += channels) {
    let best = 0
    for (let c = 1; c < channels; c++) if (logits[at + c] > logits[at + best]) best = c
    labels[i] = best
  }
  return labels
}

/** Class probabilities `[voxels, classes]`; one channel gives two classes, by the sigmoid. */
export function probabilitiesOf({ logits, channels }: Pick<CaseAnswer, 'logits' | 'channels'>): Float32Array {
  return channels === 1 ? sigmoids(logits) : softmaxes(logits, channels)
}

function sigmoids(logits: Float32Array): Float32Array {
  const probabilities = new Float32Array(2 * logits.length)
  for (let i = 0; i < logits.length; i++) {
    const foreground = 1 / (1 + Math.exp(-logits[i]))
    probabilities[2 * i] = 1 - foreground
    probabilities[2 * i + 1] = foreground
  }
  return probabilities
}

function softmaxes(logits: Float32Array, channels: number): Float32Array {
  const probabilities = new Float32Array(logits.length)
  for (let at = 0; at < logits.length; at += channels) {
    let largest = -Infinity
    for (let c = 0; c < channels; c++) largest = Math.max(largest, logits[at + c])
    let total = 0
    for (let c = 0; c < channels; c++) total += probabilities[at + c] = Math.exp(logits[at + c] - largest)
    for (let c = 0; c < channels; c++) probabilities[at + c] /= total
  }
  return probabilities
}

/** Mean entropy over the voxels in nats: the cross-entropy that the network itself expects. */
export function entropyOf(answer: Pick<CaseAnswer, 'logits' | 'channels'>): number {
  const probabilities = probabilitiesOf(answer)
  const classes = Math.max(2, answer.channels)
  let sum = 0
  for (const p of probabilities) if (p > 0) sum -= p * Math.log(p)
  return (sum * classes) / probabilities.length
}

function part(values: Float32Array, index: number, count: number): Float32Array {
  const length = values.length / count
  return values.subarray(index * length, (index + 1) * length)
}
