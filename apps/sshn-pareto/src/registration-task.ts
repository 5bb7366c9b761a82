/**
 * Registration in 2D: the network maps a moving and a fixed image to a displacement; Dice of the warped labels.
 *
 * Pairs are made within each part: every case moves once, onto the next one, so that no image of the test cases is seen in
 * training. Colour images are registered by the mean of their channels. Augmentation is off, patches are whole images.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { disposeAll, toTensors } from '@leanvox/engine'
import { dice, labelMask, mean } from '@leanvox/metrics'
import {
  exportAt,
  exportedNetwork,
  registerPair,
  registrationCase,
  registrationObjective,
  scoreRegistration,
  sweepPhi,
  type RegistrationPair,
} from '@leanvox/sshn'
import type { PreparedCase, SegmentationNetwork, TrainHooks } from '@leanvox/training'
import { loadPart } from './cases.ts'
import { endsOf, spatialOf } from './methods.ts'
import type { RunPaths } from './run-folder.ts'
import type { Task, TaskInput, TaskPicture, TrainedModel } from './task.ts'

/** The task with the pairs of every part. */
export async function registrationTask(paths: RunPaths, { config, stored }: TaskInput): Promise<Task> {
  const parts = {
    train: pairsOf(await loadPart(paths, stored, 'train')),
    validation: pairsOf(await loadPart(paths, stored, 'validation')),
    test: pairsOf(await loadPart(paths, stored, 'test')),
  }
  const labels = Array.from({ length: stored.classes - 1 }, (_, i) => i + 1)
  const { similarity, window, smoothness } = config.registration
  const patchSize = spatialOf({ stored }) as [number, number]
  return {
    ends: endsOf({ config, stored }),
    patchSize,
    trainCases: parts.train.map(registrationCase),
    baselineDice: mean(parts.test.map((pair) => labelDice({ ...pair, warped: pair.movingLabel }, labels))),
    hooks: (network, { phis, validate }) => ({
      objective: registrationObjective(network, { similarity, window, smoothnessWeight: smoothness }),
      augmentation: 'none',
      ...(validate && { validate: validation(network, { pairs: parts.validation, phis, labels }) }),
    }),
    sweep: (model, { part, ...options }) =>
      sweepPhi(model, {
        ...options,
        patchSize,
        cases: parts[part].map(registrationCase),
        evaluate: (held) => scoreRegistration(held, { pairs: parts[part], labels }),
      }),
    pictures: (model, { count, phis }) => pictures(model, { pairs: parts.test.slice(0, count), phis, labels }),
  }
}

interface Scored {
  readonly pairs: readonly RegistrationPair[]
  readonly phis: readonly number[]
  readonly labels: readonly number[]
}

/** Each case onto the next, the last onto the first. */
export function pairsOf(cases: readonly PreparedCase[]): RegistrationPair[] {
  return cases.map((moving, index) => {
    const fixed = cases[(index + 1) % cases.length]
    return {
      id: `${moving.id} onto ${fixed.id}`,
      moving: grey(moving),
      fixed: grey(fixed),
      movingLabel: moving.label,
      fixedLabel: fixed.label,
      shape: [moving.shape[1], moving.shape[2]],
    }
  })
}

function grey({ image, channels }: PreparedCase): Float32Array {
  const pixels = image.length / channels
  return Float32Array.from({ length: pixels }, (_, i) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += image[channel * pixels + i]
    return sum / channels
  })
}

function validation(
  network: SegmentationNetwork,
  { pairs, phis, labels }: Scored,
): NonNullable<TrainHooks['validate']> {
  return async (weights: NamedTensors) => {
    const scores: number[] = []
    for (const rescale of phis) {
      for (const pair of pairs) {
        const { warpedLabel: warped } = await registerPair({ network, weights }, pair, { rescale })
        scores.push(labelDice({ ...pair, warped }, labels))
      }
    }
    const [{ shape }] = pairs
    const cost = phis.map((rescale) => pairs.length * network.multiplyAdds(shape, { rescale }))
    return { dice: mean(scores), labels: {}, multiplyAdds: cost.reduce((a, b) => a + b, 0) }
  }
}

async function pictures({ network, weights }: TrainedModel, { pairs, phis, labels }: Scored): Promise<TaskPicture[]> {
  const found = pairs.map(() => ({ predictions: [] as Uint8Array[], dice: [] as number[] }))
  for (const phi of phis) {
    const exported = await exportAt(network, weights, phi)
    const tensors = toTensors(exported.weights)
    try {
      for (const [index, pair] of pairs.entries()) {
        const model = { network: exportedNetwork(exported), weights: tensors }
        const { warpedLabel: warped } = await registerPair(model, pair)
        found[index].predictions.push(warped)
        found[index].dice.push(labelDice({ ...pair, warped }, labels))
      }
    } finally {
      disposeAll(tensors)
    }
  }
  return pairs.map(({ id, fixed, fixedLabel, shape: [height, width] }, index) => ({
    ...{ id, height, width, reference: fixedLabel },
    image: threeChannels(fixed),
    ...found[index],
  }))
}

/** Mean Dice over the labels that either map has. */
function labelDice(
  { warped, fixedLabel }: { warped: Uint8Array; fixedLabel: Uint8Array },
  labels: readonly number[],
): number {
  const scores = labels.map((label) =>
    dice({ prediction: labelMask(warped, label), reference: labelMask(fixedLabel, label) }),
  )
  return mean(scores.filter((score) => !Number.isNaN(score)))
}

function threeChannels(image: Float32Array): Uint8Array {
  const low = image.reduce((a, b) => Math.min(a, b), Infinity)
  const high = image.reduce((a, b) => Math.max(a, b), -Infinity)
  const scale = high > low ? 255 / (high - low) : 0
  return Uint8Array.from({ length: 3 * image.length }, (_, i) => Math.round((image[Math.floor(i / 3)] - low) * scale))
}
