/**
 * Chooses and starts a backend, and says why the faster ones were not chosen.
 *
 * @module
 */
import { env, ready, setBackend, version_core as coreVersion } from '@tensorflow/tfjs-core'

import { registerGradients } from './register-gradients.ts'
import { backendNames, loadBackend, type BackendName, type Candidate } from './load-backend.ts'

/** What was started, and what became of every candidate that was tried. */
export interface EngineReport {
  readonly backend: BackendName
  /** One line: what runs and why nothing faster does. */
  readonly why: string
  readonly candidates: readonly Candidate[]
  readonly versions: Readonly<Record<string, string>>
}

/**
 * Starts a backend: the first that loads of tfjs-node-gpu, tfjs-node, wasm, cpu for 'auto', else the named one.
 *
 * @throws Error when the named backend does not load, with the reason and how to get it
 */
export async function startEngine({ backend = 'auto' }: { readonly backend?: 'auto' | BackendName } = {}): Promise<EngineReport> {
  // Production mode keeps tfjs's banners off the console.
  env().set('PROD', true)
  const names = backend === 'auto' ? backendNames : [backend]
  const candidates: Candidate[] = []
  for (const name of names) {
    const candidate = await loadBackend(name)
    candidates.push(candidate)
    if (!candidate.loaded) continue
    await setBackend(candidate.tfjsName)
    await ready()
    registerGradients()
    return { backend: name, why: explain(name, candidates), candidates, versions: { node: process.versions.node, tfjs: coreVersion, ...candidate.versions } }
  }
  const [only] = candidates
  throw new Error(`startEngine: expected backend ${backend} to load, got: ${only.reason}; ${only.remedy}`)
}

function explain(name: BackendName, candidates: readonly Candidate[]): string {
  const missed = candidates.filter((candidate) => !candidate.loaded).map((candidate) => `${candidate.name}: ${candidate.reason}`)
  return missed.length === 0 ? `${name} loads` : `${name}, because ${missed.join('; ')}`
}
