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
  /** One line: what runs and, for 'auto', why nothing faster does. */
  readonly why: string
  readonly candidates: readonly Candidate[]
  readonly versions: Readonly<Record<string, string>>
}

/** Which backend to start: one by name, or the fastest that loads. */
export interface EngineOptions {
  readonly backend?: 'auto' | BackendName
}

/**
 * Starts a backend: the first that loads of tfjs-node-gpu, onednn, tfjs-node, wasm, cpu for 'auto'
 * (the default), else the named one.
 *
 * tfjs holds one active backend for the process; a second call switches it, tensors of the first stay where they are.
 *
 * @throws RangeError when there is no backend of that name
 * @throws Error when the named backend does not load, with the reason and how to get it
 */
export async function startEngine({ backend = 'auto' }: EngineOptions = {}): Promise<EngineReport> {
  if (backend !== 'auto' && !backendNames.includes(backend)) {
    throw new RangeError(`startEngine: expected backend auto, ${backendNames.join(', ')}, got ${String(backend)}`)
  }
  silenceBanners()
  const candidates: Candidate[] = []
  for (const name of backend === 'auto' ? backendNames : [backend]) {
    const candidate = await loadBackend(name)
    candidates.push(candidate)
    if (candidate.loaded) return activate(candidate, candidates)
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

async function activate(candidate: Candidate, candidates: readonly Candidate[]): Promise<EngineReport> {
  await setBackend(candidate.tfjsName)
  await ready()
  registerGradients()
  const missed = candidates.filter(({ loaded }) => !loaded).map(({ name, reason }) => `${name} ${reason}`)
  const why = `${candidate.name}: ${candidate.reason}${missed.length > 0 ? `; ${missed.join(', ')}` : ''}`
  return {
    backend: candidate.name,
    why,
    candidates,
    versions: { node: process.versions.node, 'tfjs-core': coreVersion, ...candidate.versions },
  }
}

// tfjs prints advice about faster packages on its first use under Node, except in production mode.
function silenceBanners(): void {
  env().set('PROD', true)
}
