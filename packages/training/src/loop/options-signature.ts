/**
 * The part of the options that decides the numbers, as plain JSON: a checkpoint carries it, and a run may only continue
 * a checkpoint of the same. Folder, clock and backend are not part of it, nor the voxels of the cases: those are known by
 * id and shape. Of hooks it says which there are; what they do is told by `hookSettings`.
 *
 * @module
 */
import { CheckpointError } from '../errors.ts'
import type { PreparedCase } from '../patches/prepared-case.ts'
import type { ResolvedOptions } from './plan.ts'

const KEYS = [
  'loss',
  'optimizer',
  'learningRate',
  'schedule',
  'epochs',
  'batchSize',
  'patchSize',
  'patchesPerCase',
  'foregroundFraction',
  'augmentation',
  'gradientClip',
  'seed',
  'validateEvery',
  'overlap',
  'earlyStopping',
] as const satisfies (keyof ResolvedOptions)[]

/** JSON values by option name. */
export type OptionsSignature = Readonly<Record<string, unknown>>

/** The signature; equal options give equal JSON text, whatever the order of their keys. */
export function optionsSignature(options: ResolvedOptions): OptionsSignature {
  const values = KEYS.map((key): [string, unknown] => [key, options[key]])
  const entries: [string, unknown][] = [
    ['network', options.network.spec],
    ['cases', options.cases.map(caseName)],
    ['validationCases', options.validationCases.map(caseName)],
    ...values,
    ...hookEntries(options),
  ]
  return sorted(Object.fromEntries(entries)) as OptionsSignature
}

/**
 * Compares a checkpoint's signature with the present one.
 *
 * @param options.extend allows `epochs` to have grown
 * @throws CheckpointError `options-changed` naming every option that differs, with both values
 */
export function checkSignature(
  { stored, present }: { stored: OptionsSignature; present: OptionsSignature },
  { path, extend }: { path: string; extend: boolean },
): void {
  const keys = [...new Set([...Object.keys(stored), ...Object.keys(present)])]
  const changed = keys
    .filter((key) => JSON.stringify(stored[key]) !== JSON.stringify(present[key]))
    .filter((key) => !(key === 'epochs' && extend && Number(present.epochs) > Number(stored.epochs)))
  if (changed.length === 0) return
  const list = changed.map((key) => `${key} ${brief(present[key])} instead of ${brief(stored[key])}`).join(', ')
  const advice = changed.length === 1 && changed[0] === 'epochs' ? '; to train longer set extend' : ''
  throw new CheckpointError(`train: expected the options of ${path}, got ${list}${advice}`, {
    code: 'options-changed',
    path,
  })
}

const HOOKS = ['applyOptions', 'objective', 'validate', 'beforeEpoch'] as const

/** Which hooks there are, and their plain values; nothing for a run without, as in checkpoints from before them. */
function hookEntries(options: ResolvedOptions): [string, unknown][] {
  const hooks = HOOKS.filter((key) => options[key])
  const values = (['average', 'groups', 'hookSettings'] as const).map((key): [string, unknown] => [key, options[key]])
  return [
    ...(hooks.length > 0 ? [['hooks', hooks] satisfies [string, unknown]] : []),
    ...values.filter(([, value]) => value !== null && value !== undefined),
  ]
}

function caseName({ id, shape, channels }: PreparedCase): string {
  return `${id} ${shape.join('x')}x${channels}`
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
