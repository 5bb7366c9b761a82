/**
 * Chooses and starts a backend, and says why the faster ones were not chosen.
 *
 * @module
 */
import { env, ready, setBackend, version_core as coreVersion } from '@tensorflow/tfjs-core'

import { backendNames, loadBackend, type BackendName, type Candidate } from './load-backend.ts'
import { registerGradients } from './register-gradients.ts'

/** What was started, and what became of every candidate that was tried. */
export interface EngineReport {
  readonly backend: BackendName
  /** What convolutions and matrix products round their inputs to; float32 where the backend or the chip has no other. */
  readonly precision: Precision
  /** One line: what runs and, for 'auto', why nothing faster does. */
  readonly why: string
  readonly candidates: readonly Candidate[]
  readonly versions: Readonly<Record<string, string>>
}

/** How inputs of convolutions and matrix products are represented; sums are float32 either way. */
export type Precision = (typeof precisions)[number]

const precisions = ['float32', 'bfloat16'] as const

export interface EngineOptions {
  /** One by name, or the fastest that loads; default 'auto'. */
  readonly backend?: 'auto' | BackendName
  /** A wish: the report says what is used. Only onednn knows bfloat16, on chips that have it. Default: as it was. */
  readonly precision?: Precision
}

/**
 * Starts a backend: the first that loads of tfjs-node-gpu, onednn, tfjs-node, wasm, cpu for 'auto'
 * (the default), else the named one.
 *
 * tfjs holds one active backend for the process; a second call switches it, tensors of the first stay where they are.
 *
 * @throws RangeError when there is no backend or precision of that name
 * @throws Error when the named backend does not load, with the reason and how to get it
 */
export async function startEngine(options: EngineOptions = {}): Promise<EngineReport> {
  const { backend = 'auto', precision } = options
  if (backend !== 'auto' && !backendNames.includes(backend)) {
    throw new RangeError(`startEngine: expected backend auto, ${backendNames.join(', ')}, got ${String(backend)}`)
  }
  if (precision !== undefined && !precisions.includes(precision)) {
    throw new RangeError(`startEngine: expected precision ${precisions.join(' or ')}, got ${String(precision)}`)
  }
  silenceBanners()
  const candidates: Candidate[] = []
  for (const name of backend === 'auto' ? backendNames : [backend]) {
    const candidate = await loadBackend(name)
    candidates.push(candidate)
    if (candidate.loaded) return activate(candidate, { candidates, precision })
  }
  const failures = candidates.map(({ name, reason, remedy }) => `${name}: ${reason} (to get it: ${remedy})`)
  throw new Error(`startEngine: expected backend ${backend} to load, got ${failures.join('; ')}`)
}

/** Tries every backend and reports on each, without choosing one. The native ones stand for each other: one is enough. */
export async function probeBackends(): Promise<Candidate[]> {
  silenceBanners()
  const candidates: Candidate[] = []
  for (const name of backendNames) candidates.push(await loadBackend(name))
  return candidates
}

async function activate(
  candidate: Candidate,
  { candidates, precision: wanted }: { candidates: readonly Candidate[]; precision: Precision | undefined },
): Promise<EngineReport> {
  await setBackend(candidate.tfjsName)
  await ready()
  registerGradients()
  const precision = await usePrecision(candidate.name, wanted)
  const missed = candidates.filter(({ loaded }) => !loaded).map(({ name, reason }) => `${name} ${reason}`)
  const refused = precision === (wanted ?? precision) ? [] : [`${wanted} was asked for, ${precision} is used`]
  const why = [`${candidate.name}: ${candidate.reason}`, ...refused, missed.join(', ')].filter(Boolean).join('; ')
  return {
    backend: candidate.name,
    precision,
    why,
    candidates,
    versions: { node: process.versions.node, 'tfjs-core': coreVersion, ...candidate.versions },
  }
}

async function usePrecision(name: BackendName, wanted: Precision | undefined): Promise<Precision> {
  if (name !== 'onednn') return 'float32'
  const { precision, setPrecision } = await import('@leanvox/tfjs-backend-onednn')
  return wanted === undefined ? precision() : setPrecision(wanted)
}

// tfjs prints advice about faster packages on its first use under Node, except in production mode.
function silenceBanners(): void {
  env().set('PROD', true)
}
