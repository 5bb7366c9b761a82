/**
 * Loads one backend package, lazily: the native ones are optional peers and may be absent or half installed.
 *
 * @module
 */
import { availableParallelism } from 'node:os'
import util from 'node:util'

import { findBackend } from '@tensorflow/tfjs-core'

import { startKernelPool, type KernelPool } from './kernel-pool.ts'
import { registerOwnKernels } from './wasm-kernels.ts'
import { startWasm } from './wasm-memory.ts'

/** Backends by preference, fastest first. */
export const backendNames = ['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] as const

/** A backend by the name of its package. */
export type BackendName = (typeof backendNames)[number]

/** What happened when a backend was tried. */
export interface Candidate {
  readonly name: BackendName
  readonly loaded: boolean
  /** 'loads', or why it does not. */
  readonly reason: string
  /** How to get it; empty when it loads. */
  readonly remedy: string
  /** The name tfjs itself gives this backend. */
  readonly tfjsName: string
  readonly versions: Readonly<Record<string, string>>
}

/** Tries to load `name`; never throws. */
export async function loadBackend(name: BackendName): Promise<Candidate> {
  try {
    const { tfjsName, versions } = await loaders[name]()
    return { name, loaded: true, reason: 'loads', remedy: '', tfjsName, versions }
  } catch (error) {
    return { name, loaded: false, reason: oneLine(error), remedy: remedies[name], tfjsName: '', versions: {} }
  }
}

const maximumThreads = 16
let pool: KernelPool | undefined

interface Loaded {
  readonly detail?: string
  readonly tfjsName: string
  readonly versions: Record<string, string>
}

const loaders: Record<BackendName, () => Promise<Loaded>> = {
  'tfjs-node-gpu': () => loadNative('@tensorflow/tfjs-node-gpu'),
  'tfjs-node': () => loadNative('@tensorflow/tfjs-node'),
  wasm: loadWasm,
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu')
    return { tfjsName: 'cpu', versions: {} }
  },
}

const remedies: Record<BackendName, string> = {
  'tfjs-node-gpu': 'npm install @tensorflow/tfjs-node-gpu@4.22.0 with its install script allowed (needs CUDA 11.2, cuDNN 8.1 and access to storage.googleapis.com)',
  'tfjs-node': 'npm install @tensorflow/tfjs-node@4.22.0 with its install script allowed (needs access to storage.googleapis.com)',
  wasm: 'npm install @tensorflow/tfjs-backend-wasm@4.22.0',
  cpu: 'npm install @tensorflow/tfjs-backend-cpu@4.22.0',
}

async function loadNative(specifier: string): Promise<Loaded> {
  shimUtil()
  const module = (await import(specifier)) as { version?: Record<string, string>; default?: { version?: Record<string, string> } }
  if (findBackend('tensorflow') === null) throw new Error(`${specifier} loaded without registering its backend`)
  return { tfjsName: 'tensorflow', versions: { ...(module.version ?? module.default?.version) } }
}

async function loadWasm(): Promise<Loaded> {
  const start = await startWasm()
  pool ??= startKernelPool(start, { threads: Math.min(availableParallelism(), maximumThreads) })
  registerOwnKernels({ backend: start.backend, pool })
  return { tfjsName: 'wasm', versions: { 'tfjs-backend-wasm': start.version }, detail: `${pool.threads} threads` }
}

// tfjs-node 4.22 calls two functions that Node 23 removed.
function shimUtil(): void {
  const target = util as unknown as Record<string, unknown>
  target['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  target['isArray'] ??= Array.isArray
}

function oneLine(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return 'not installed'
  return String(message ?? error).split('\n')[0]
}
