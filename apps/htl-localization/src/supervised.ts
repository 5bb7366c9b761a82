/**
 * Supervised: a 2D U-Net on lesion masks.
 *
 * @module
 */
import { predictCases, segmentationValidation } from '@leanvox/htl-pruning'
import { unet, unetSpec } from '@leanvox/nets'
import type { PreparedCase } from '@leanvox/training'
import { withIntensity } from './intensity.ts'
import type { TrainJob } from './jobs.ts'
import { segmentationLoss, segmentationObjective } from './losses.ts'
import type { Task } from './tasks.ts'
import type { Workspace } from './workspace.ts'

/** All training images with their masks. */
export function supervisedTask(job: TrainJob, { config, images }: Workspace): Task {
  const prepare = (cases: readonly PreparedCase[]) => withIntensity(cases, config.supervised.intensity)
  const { network: parts, weights: scored } = config.supervised
  const network = unet(unetSpec({ ...parts, dimensions: 2, inChannels: 3, outChannels: 2 }))
  const loss = segmentationLoss(job, config)
  return {
    network,
    cases: prepare(images.train),
    options: {
      objective: segmentationObjective(network, loss),
      validate: segmentationValidation({ network, cases: prepare(images.validation) }),
    },
    attention: { loss },
    weightsOf: (result) => (scored === 'best' ? result.weights : result.lastWeights),
    localise: async (weights, cases) =>
      (await predictCases({ network, weights, cases: prepare(cases) })).map(({ labelMap }) => labelMap),
  }
}
