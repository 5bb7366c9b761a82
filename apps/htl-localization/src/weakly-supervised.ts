/**
 * Weakly supervised: a classifier of image labels (the diagnosis by default); its heat map localises the lesion.
 *
 * Masks are not seen in training. An image whose label is missing cannot train a classifier and is left out of training,
 * counted in the run's warnings; it is scored like every other test image.
 *
 * @module
 */
import {
  balancedClassWeights,
  classificationObjective,
  classifier,
  classifierValidation,
  localise,
} from '@leanvox/htl-pruning'
import type { PreparedCase } from '@leanvox/training'
import type { Config } from './config.ts'
import type { MapSettings } from './config-settings.ts'
import { withIntensity } from './intensity.ts'
import type { TrainJob } from './jobs.ts'
import { classificationLoss } from './losses.ts'
import type { Subject } from './subjects.ts'
import type { Task } from './tasks.ts'
import type { Workspace } from './workspace.ts'

/** A classifier on the images that have a label. */
export function weaklySupervisedTask(job: TrainJob, { config, images, subjects }: Workspace): Task {
  const { network: parts, weights: scored, map, otherMaps, intensity } = config.weaklySupervised
  const prepare = (cases: readonly PreparedCase[]) => withIntensity(cases, intensity)
  const labelOf = ({ id }: PreparedCase) => imageLabel(subjects.get(id), config)
  const classes = classNames(images.train.map(labelOf))
  const known = (one: PreparedCase) => classes.includes(labelOf(one) ?? '')
  const targetsOf = (cases: readonly PreparedCase[]) => cases.map((one) => classes.indexOf(labelOf(one) ?? ''))
  const cases = prepare(images.train.filter(known)).map(withoutMask)
  const validation = prepare(images.validation.filter(known))
  const network = classifier({ ...parts, dimensions: 2, inChannels: 3, outChannels: classes.length })
  const targets = targetsOf(cases)
  const loss = classificationLoss(job, config)
  const masksBy =
    ({ method, level, threshold }: MapSettings): Task['localise'] =>
    async (weights, wanted) => {
      const options = { method, threshold, ...(level === null ? {} : { level }) }
      return (await localise({ network, weights, cases: prepare(wanted) }, options)).map(({ mask }) => mask)
    }
  return {
    network,
    cases,
    options: {
      objective: classificationObjective({
        network,
        targets,
        loss,
        classWeights: balancedClassWeights(targets, { classes: classes.length }),
      }),
      ...(validation.length > 0 && {
        validate: classifierValidation({ network, cases: validation, targets: targetsOf(validation) }),
      }),
    },
    attention: { targets, loss },
    weightsOf: (result) => (scored === 'best' ? result.weights : result.lastWeights),
    localise: masksBy(map),
    others: otherMaps.map((other) => ({ name: mapName(other), localise: masksBy(other) })),
  }
}

/** `activation, level 2, otsu` */
function mapName({ method, level, threshold }: MapSettings): string {
  return [method, ...(level === null ? [] : [`level ${level}`]), String(threshold)].join(', ')
}

/** The class of an image, null where the table does not say. */
export function imageLabel(subject: Subject | undefined, { weaklySupervised }: Pick<Config, 'weaklySupervised'>) {
  return subject?.[weaklySupervised.label] ?? null
}

/**
 * The classes in alphabetical order.
 *
 * @throws RangeError for fewer than two
 */
export function classNames(labels: readonly (string | null)[]): string[] {
  const classes = [...new Set(labels.filter((label) => label !== null))].sort()
  if (classes.length < 2) {
    const found = classes.length === 0 ? 'none' : `only ${classes[0]}`
    throw new RangeError(`weakly-supervised: expected image labels of at least 2 classes, got ${found}`)
  }
  return classes
}

/** The image without its mask, which this setting must not see. */
function withoutMask(one: PreparedCase): PreparedCase {
  return { ...one, label: new Uint8Array(one.label.length), hasLabel: false }
}
