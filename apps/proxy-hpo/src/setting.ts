/**
 * A trial's setting in the trainer's words.
 *
 * @module
 */
import type { AugmentationChoice, TrainOptions } from '@leanvox/training'
import type { HyperParameters } from './space.ts'

/** The options of `train` that hyper-parameters decide. */
export function settingOptions(setting: HyperParameters): Partial<TrainOptions> {
  const { learningRate, weightDecay, optimizer, loss, schedule, foregroundFraction, gradientClip } = setting
  return {
    learningRate,
    optimizer: { name: optimizer, weightDecay },
    loss,
    schedule,
    foregroundFraction,
    gradientClip,
    augmentation: augmentationOf(setting.augmentationProbability),
  }
}

/**
 * One probability for every change, as the linked probabilities of the authors' earlier AutoML examples; the ranges are
 * those of the trainer's default augmentation.
 */
function augmentationOf(probability: number): AugmentationChoice {
  if (probability === 0) return 'none'
  return {
    flip: { probability, axes: [true, true, true] },
    rotation: { probability, range: [-15, 15] },
    scaling: { probability, range: [0.7, 1.4] },
    noise: { probability, range: [0, 0.3] },
    blur: { probability, range: [0.5, 1] },
    brightness: { probability, range: [0.75, 1.25] },
    contrast: { probability, range: [0.75, 1.25] },
    gamma: { probability, range: [0.7, 1.5] },
  }
}
