/**
 * The hard-to-learn images of a finished plain training: where a pruned copy no longer agrees with the network itself.
 *
 * The score of an image is 1 - IoU of the masks of the dense and the pruned network, mean over the sparsities; no reference
 * is used. It is the same for all three settings, so that their sets can be compared.
 *
 * @module
 */
import { join } from 'node:path'
import { applyMask, magnitudeMask, maskDisagreement, selectHtl } from '@leanvox/htl-pruning'
import { iou } from '@leanvox/metrics'
import { loadWeights } from '@leanvox/training'
import { packMask } from './bits.ts'
import { comparisonJob, type FindJob, type FindResult, type WorstImage } from './jobs.ts'
import { jobFolder } from './run-folder.ts'
import { taskOf } from './tasks.ts'
import type { Workspace } from './workspace.ts'

const SHOWN = 16

/** Scores every training image under the weights of a finished training. */
export async function runFind(job: FindJob, workspace: Workspace): Promise<FindResult> {
  const { config, images, paths } = workspace
  const { sparsities, scope, fraction } = config.find
  const task = taskOf(comparisonJob(config, { ...job, arm: 'plain' }), workspace)
  const { weights } = await loadWeights(join(jobFolder(paths, job.of), 'weights.safetensors'))
  const dense = await task.localise(weights, images.train)
  const pruned: Uint8Array[][] = []
  for (const sparsity of sparsities) {
    const masks = magnitudeMask(weights, { sparsity, scope })
    pruned.push(await task.localise(applyMask(weights, masks), images.train))
  }
  const bySparsity = pruned.map((masks) =>
    masks.map((mask, i) => maskDisagreement({ prediction: mask, reference: dense[i] })),
  )
  const scores = dense.map((_, i) => mean(bySparsity.map((values) => values[i])))
  const iouOf = (mask: Uint8Array, i: number) => orNull(iou({ prediction: mask, reference: images.train[i].label }))
  const set = selectHtl(scores, { fraction })
  return {
    job,
    sparsities,
    scores: scores.map((score) => Number(score.toPrecision(7))),
    set,
    denseIou: dense.map(iouOf),
    bySparsity: sparsities.map((sparsity, s) => ({
      sparsity,
      disagreement: mean(bySparsity[s]),
      iou: mean(pruned[s].map(iouOf).filter((value) => value !== null)),
    })),
    worst: set.slice(0, SHOWN).map((i): WorstImage => {
      const s = middle(sparsities)
      return {
        id: images.train[i].id,
        score: scores[i],
        sparsity: sparsities[s],
        dense: packMask(dense[i]),
        pruned: packMask(pruned[s][i]),
        denseIou: iouOf(dense[i], i),
        prunedIou: iouOf(pruned[s][i], i),
      }
    }),
  }
}

/** Index of the middle sparsity, the lower of two: the pruned mask that the gallery shows. */
function middle(sparsities: readonly number[]): number {
  const order = [...sparsities.keys()].sort((a, b) => sparsities[a] - sparsities[b])
  return order[Math.floor((order.length - 1) / 2)]
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
