/**
 * The disagreement measures by name, each comparing the answers of the dense and the pruned network for one case.
 *
 * @module
 */
import { labelsOf, probabilitiesOf, type CaseAnswer } from './case-answers.ts'
import {
  argMaxChanged,
  camDisagreement,
  iouDrop,
  jensenShannon,
  labelMapDisagreement,
  lossRise,
} from './disagreement.ts'

/**
 * Label-free: 'mask-disagreement' (1 - IoU of label maps), 'jensen-shannon' (mean over voxels; of the class probabilities
 * for a classifier), 'arg-max' and 'cam' (classifier). Label-aware: 'loss-rise', 'iou-drop' (foreground against
 * background).
 */
export type MeasureName = 'mask-disagreement' | 'jensen-shannon' | 'arg-max' | 'cam' | 'loss-rise' | 'iou-drop'

/** The answers compared, and the case's label map. */
export interface Comparison {
  readonly dense: CaseAnswer
  readonly pruned: CaseAnswer
  readonly label: Uint8Array
}

export interface Measure {
  readonly needsLabel: boolean
  readonly kind: 'segmentation' | 'classification' | 'either'
  compare(comparison: Comparison): number
}

export const MEASURES: Readonly<Record<MeasureName, Measure>> = {
  'mask-disagreement': {
    needsLabel: false,
    kind: 'segmentation',
    compare: ({ dense, pruned }) => labelMapDisagreement({ dense: labelsOf(dense), pruned: labelsOf(pruned) }),
  },
  'jensen-shannon': {
    needsLabel: false,
    kind: 'either',
    compare: ({ dense, pruned }) =>
      jensenShannon(
        { dense: probabilitiesOf(dense), pruned: probabilitiesOf(pruned) },
        { classes: Math.max(2, dense.channels) },
      ),
  },
  'arg-max': {
    needsLabel: false,
    kind: 'classification',
    compare: ({ dense, pruned }) => argMaxChanged({ dense: dense.logits, pruned: pruned.logits }),
  },
  cam: {
    needsLabel: false,
    kind: 'classification',
    compare: ({ dense, pruned }) => camDisagreement({ dense: dense.heatMap ?? [], pruned: pruned.heatMap ?? [] }),
  },
  'loss-rise': {
    needsLabel: true,
    kind: 'either',
    compare: ({ dense, pruned }) => lossRise({ dense: dense.loss, pruned: pruned.loss }),
  },
  'iou-drop': {
    needsLabel: true,
    kind: 'segmentation',
    compare: ({ dense, pruned, label }) => iouDrop({ dense: labelsOf(dense), pruned: labelsOf(pruned) }, label),
  },
}

/**
 * The measure of a name for a network.
 *
 * @throws RangeError for an unknown name, or one that the network's kind of answer does not have
 */
export function measureFor(name: MeasureName, { classifies }: { readonly classifies: boolean }): Measure {
  const kind = classifies ? 'classification' : 'segmentation'
  const known = (Object.keys(MEASURES) as MeasureName[]).filter((key) => ['either', kind].includes(MEASURES[key].kind))
  if (!known.includes(name)) {
    throw new RangeError(`scoreCases: expected a measure for ${kind} of ${known.join(', ')}, got ${String(name)}`)
  }
  return MEASURES[name]
}
