/**
 * `leanvox evaluate`: label maps in a folder against those in another.
 *
 * @module
 */
import { Command, InvalidArgumentError, Option } from 'commander'
import { MASK_METRICS, type EmptyPolicies, type EmptyValue, type MaskMetricName } from '@leanvox/metrics'

import { evaluateFolders, type EvaluateOptions } from '../evaluate/evaluate-folders.ts'
import { formatEvaluation } from '../evaluate/format-evaluation.ts'
import { writeEvaluation } from '../evaluate/write-evaluation.ts'
import type { CommandContext } from './context.ts'

const USUAL: readonly MaskMetricName[] = [
  'dice',
  'iou',
  'sensitivity',
  'precision',
  'hd95',
  'averageSurfaceDistance',
  'surfaceDice',
]
const MOST_LISTED = 3
const EMPTY_VALUES = ['own', 'nan', 'worst', 'best', 'inf', 'zero', 'one']

interface Arguments {
  readonly pred: string
  readonly ref: string
  readonly out?: string
  readonly labels?: number[]
  readonly metrics: MaskMetricName[]
  readonly toleranceMm: number
  readonly boundaryWidthMm: number
  readonly boundary: NonNullable<EvaluateOptions['boundary']>
  readonly hd95?: NonNullable<EvaluateOptions['definition']>
  readonly empty: EmptyPolicies
  readonly missingAsEmpty: boolean
  readonly ignoreAffine: boolean
  readonly quiet: boolean
}

/** The command. */
export function evaluateCommand(context: CommandContext): Command {
  return new Command('evaluate')
    .description('score predicted label maps (NIfTI, NRRD, MetaImage, pictures) against references of the same names')
    .requiredOption('--pred <dir>', 'folder of predictions')
    .requiredOption('--ref <dir>', 'folder of references')
    .option('--out <dir>', 'where summary.json, cases.csv and evaluation.json go; default the folder of predictions')
    .option('--labels <list>', 'such as 1,2; default every label above 0 in any file', parseLabels)
    .option('--metrics <list>', `of ${Object.keys(MASK_METRICS).join(', ')}`, parseMetrics, [...USUAL])
    .option('--tolerance-mm <mm>', 'tolerance of surfaceDice', parseLength, 1)
    .option('--boundary-width-mm <mm>', 'width of the rim of boundaryIou', parseLength, 2)
    .addOption(
      new Option('--boundary <kind>', 'what surfaces are made of')
        .choices(['voxel', 'surface-element'])
        .default('voxel'),
    )
    .addOption(
      new Option('--hd95 <definition>', 'default surface-area for surface elements, else max-directed').choices([
        'max-directed',
        'pooled',
        'surface-area',
      ]),
    )
    .option(
      '--empty <metric=value>',
      `for empty masks: ${EMPTY_VALUES.join(', ')}, or a number; again for more`,
      parseEmpty,
      {},
    )
    .option('--missing-as-empty', 'a missing prediction has found nothing; otherwise it is a problem', false)
    .option('--ignore-affine', "compare voxels although the places differ; mm by the reference's spacing", false)
    .option('--quiet', 'no progress', false)
    .action((options: Arguments) => evaluate(options, context))
}

async function evaluate(options: Arguments, { write, writeError, exitWith }: CommandContext): Promise<void> {
  const { pred, ref, labels, metrics, toleranceMm, boundaryWidthMm, boundary, hd95, empty } = options
  const evaluation = await evaluateFolders({
    ...{ prediction: pred, reference: ref, metrics, toleranceMm, boundaryWidthMm, boundary, emptyPolicy: empty },
    ...(labels && { labels }),
    ...(hd95 && { definition: hd95 }),
    missingAsEmpty: options.missingAsEmpty,
    ignoreAffine: options.ignoreAffine,
    onCase: options.quiet ? undefined : (id, done, total) => writeError(`${done}/${total} ${id}\n`),
  })
  const { problems, cases, extra } = evaluation
  if (problems.length > 0) {
    for (const problem of problems) writeError(`leanvox: ${problem}\n`)
    if (extra.length > 0) writeError(`leanvox: predictions without a reference of that name: ${listed(extra)}\n`)
    writeError(
      `leanvox: ${problems.length} of ${problems.length + cases.length} cases cannot be scored; nothing written\n`,
    )
    exitWith(1)
    return
  }
  write(formatEvaluation(evaluation))
  const paths = await writeEvaluation(evaluation, options.out ?? pred)
  write(`Written: ${paths.join(', ')}\n`)
}

/** The first of many names. */
function listed(paths: readonly string[]): string {
  return (
    paths.slice(0, MOST_LISTED).join(', ') +
    (paths.length > MOST_LISTED ? ` and ${paths.length - MOST_LISTED} more` : '')
  )
}

function parseLabels(text: string): number[] {
  const labels = text.split(',').map(Number)
  if (labels.every((label) => Number.isInteger(label) && label >= 0)) return labels
  throw new InvalidArgumentError('Expected whole numbers with commas.')
}

function parseMetrics(text: string): MaskMetricName[] {
  const names = text.split(',').map((name) => name.trim())
  const odd = names.find((name) => !Object.hasOwn(MASK_METRICS, name))
  if (odd === undefined) return names as MaskMetricName[]
  throw new InvalidArgumentError(`No metric is called ${odd}.`)
}

function parseLength(text: string): number {
  const length = Number(text)
  if (text.trim() !== '' && Number.isFinite(length) && length >= 0) return length
  throw new InvalidArgumentError('Expected a length in mm.')
}

function parseEmpty(text: string, before: EmptyPolicies): EmptyPolicies {
  const [metric, value = ''] = text.split('=')
  if (!Object.hasOwn(MASK_METRICS, metric)) throw new InvalidArgumentError(`No metric is called ${metric}.`)
  const isNumber = value.trim() !== '' && Number.isFinite(Number(value))
  if (!isNumber && !EMPTY_VALUES.includes(value)) throw new InvalidArgumentError(`No policy is called ${value}.`)
  return { ...before, [metric]: isNumber ? Number(value) : (value as EmptyValue) }
}
