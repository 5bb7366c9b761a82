/**
 * Weakly supervised localisation: a classifier's heat map of each case, and the mask and box made of it.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import type { PreparedCase } from '@leanvox/training'
import type { Box } from '@leanvox/volume'
import { boxOfMask } from '@leanvox/metrics'
import type { Tensor } from '@tensorflow/tfjs-core'
import { activationMap } from './activation-map.ts'
import { cam } from './cam.ts'
import { hostValues, probabilitiesOf } from './case-answers.ts'
import { caseBatches, imagesTensor } from './case-batches.ts'
import type { Classifier } from './classifier.ts'
import { argMax } from './disagreement.ts'
import { gradCam } from './grad-cam.ts'
import { heatMapToMask, normaliseHeatMap, type HeatMapOptions } from './heat-map.ts'
import { withTensors, type WeightedNetwork } from './model.ts'

export interface LocaliseOptions extends HeatMapOptions {
  /** Default 'cam'; 'activation' is the same for every class. */
  readonly method?: 'cam' | 'grad-cam' | 'activation'
  /** Level of the features of Grad-CAM and activation, default the last. */
  readonly level?: number
  /** The class mapped: 'predicted' (default), or one for each case. */
  readonly classes?: 'predicted' | readonly number[]
  /** Default 16. */
  readonly batchSize?: number
  readonly signal?: AbortSignal | undefined
}

export interface Localisation {
  /** `[depth, height, width]`, scaled to [0, 1]; zeros where the map was constant. */
  readonly heatMap: Float32Array
  /** 1 inside. */
  readonly mask: Uint8Array
  /** null for an empty mask. */
  readonly box: Box | null
  /** The class that the map shows. */
  readonly class: number
  /** Of the classes. */
  readonly probabilities: Float32Array
}

/**
 * Heat map, mask and box of every case.
 *
 * @throws RangeError for cases of depth other than 1 with a 2D classifier, or classes that do not fit the cases
 */
export async function localise(
  { network, weights, cases }: WeightedNetwork<Classifier> & { readonly cases: readonly PreparedCase[] },
  options: LocaliseOptions = {},
): Promise<Localisation[]> {
  const { classes = 'predicted', batchSize = 16, signal } = options
  checkCases(network, cases, classes)
  const found: Localisation[] = []
  await withTensors(weights, async (tensors) => {
    for (const { indices } of caseBatches(cases, { caller: 'localise', batchSize })) {
      signal?.throwIfAborted()
      const batch = indices.map((index) => cases[index])
      const wanted = classes === 'predicted' ? null : indices.map((index) => classes[index])
      found.push(...(await localiseBatch({ network, weights: tensors }, batch, { ...options, wanted })))
    }
  })
  return found
}

async function localiseBatch(
  model: { readonly network: Classifier; readonly weights: NamedTensors },
  cases: readonly PreparedCase[],
  options: LocaliseOptions & { readonly wanted: readonly number[] | null },
): Promise<Localisation[]> {
  const { network, weights } = model
  const channels = network.spec.outChannels
  const images = imagesTensor(cases, { caller: 'localise', ...network.spec })
  try {
    const logits = await hostValues(network.apply(weights, images))
    const each = cases.map((_, i) =>
      probabilitiesOf({ logits: logits.slice(i * channels, (i + 1) * channels), channels }),
    )
    const classes = options.wanted ?? each.map(argMax)
    const maps = await hostValues(mapsOf(model, images, { ...options, classes }))
    return cases.map(({ shape }, i) => {
      const size = maps.length / cases.length
      const heatMap = normaliseHeatMap(maps.slice(i * size, (i + 1) * size))
      const mask = heatMapToMask({ data: heatMap, shape }, options)
      return { heatMap, mask, box: boxOfMask(mask, { shape }), class: classes[i], probabilities: each[i] }
    })
  } finally {
    images.dispose()
  }
}

function mapsOf(
  model: { readonly network: Classifier; readonly weights: NamedTensors },
  images: Tensor,
  { method = 'cam', level, classes }: Omit<LocaliseOptions, 'classes'> & { readonly classes: readonly number[] },
): Tensor {
  if (method === 'cam') return cam(model, images, { classes })
  if (method === 'activation') return activationMap(model, images, { ...(level !== undefined && { level }) })
  if (method !== 'grad-cam') {
    throw new RangeError(`localise: expected a method of cam, grad-cam or activation, got ${String(method)}`)
  }
  return gradCam(model, images, { classes, ...(level !== undefined && { level }) })
}

function checkCases(
  { spec }: Classifier,
  cases: readonly PreparedCase[],
  classes: NonNullable<LocaliseOptions['classes']>,
): void {
  const deep = spec.dimensions === 2 ? cases.find(({ shape }) => shape[0] !== 1) : undefined
  if (deep) throw new RangeError(`localise: expected cases of depth 1, got ${deep.shape[0]} in case ${deep.id}`)
  if (classes !== 'predicted' && classes.length !== cases.length) {
    throw new RangeError(`localise: expected a class for each of ${cases.length} cases, got ${classes.length}`)
  }
}
