/**
 * Loads one backend package, lazily: the native ones are optional peers and may be absent or half installed.
 *
 * @module
 */
import { availableParallelism } from 'node:os'
import util from 'node:util'

import { backend, findBackend, setBackend } from '@tensorflow/tfjs-core'

import { startKernelPool, type KernelPool } from './kernel-pool.ts'
import { registerOwnKernels } from './wasm-kernels.ts'
import { startWasm } from './wasm-memory.ts'

/** Backends by preference, fastest first. */
export const backendNames = ['tfjs-node-gpu', 'onednn', 'tfjs-node', 'wasm', 'cpu'] as const

/** A backend by the name of its package. */
export type BackendName = (typeof backendNames)[number]

/** What happened when a backend was tried. */
export interface Candidate {
  readonly name: BackendName
  readonly loaded: boolean
  /** How it runs, or why it does not load. */
  readonly reason: string
  /** How to get it; empty when it loads. */
  readonly remedy: string
  /** The name tfjs itself gives this backend; empty when it does not load. */
  readonly tfjsName: string
  readonly versions: Readonly<Record<string, string>>
}

interface Loaded {
  readonly tfjsName: string
  readonly reason: string
  readonly versions: Record<string, string>
}

// More threads than this gain nothing on the tensors of one patch.
const maximumThreads = 16
let pool: KernelPool | undefined

const loaders: Record<BackendName, () => Promise<Loaded>> = {
  'tfjs-node-gpu': () => loadNative('@tensorflow/tfjs-node-gpu'),
  onednn: loadOnednn,
  'tfjs-node': () => loadNative('@tensorflow/tfjs-node'),
  wasm: loadWasm,
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu')
    return { tfjsName: 'cpu', reason: 'plain JavaScript, for tests', versions: {} }
  },
}

const remedies: Record<BackendName, string> = {
  'tfjs-node-gpu':
    'npm install @tensorflow/tfjs-node-gpu@4.22.0, its install script allowed and storage.googleapis.com reachable; needs CUDA 11.2 and cuDNN 8.1',
  onednn: 'the system package of oneDNN (libdnnl-dev), a C++ compiler, and npm run build:native in its package',
  'tfjs-node':
    'npm install @tensorflow/tfjs-node@4.22.0, its install script allowed and storage.googleapis.com reachable',
  wasm: 'npm install @tensorflow/tfjs-backend-wasm@4.22.0',
  cpu: 'npm install @tensorflow/tfjs-backend-cpu@4.22.0',
}

/** Tries to load `name`; never throws. */
export async function loadBackend(name: BackendName): Promise<Candidate> {
  try {
    return { name, loaded: true, remedy: '', ...(await loaders[name]()) }
  } catch (error) {
    return { name, loaded: false, reason: oneLine(error), remedy: remedies[name], tfjsName: '', versions: {} }
  }
}

async function loadNative(specifier: string): Promise<Loaded> {
  prepareForNative()
  const module = (await import(specifier)) as {
    version?: Record<string, string>
    default?: { version?: Record<string, string> }
  }
  if (findBackend('tensorflow') === null || !(await setBackend('tensorflow')))
    throw new Error(`${specifier} loads, but its backend does not start`)
  const { binding } = backend() as unknown as { binding?: { TF_Version?: string } }
  const tensorflow = binding?.TF_Version ?? 'unknown'
  return {
    tfjsName: 'tensorflow',
    reason: `native TensorFlow ${tensorflow}`,
    versions: { ...(module.version ?? module.default?.version), tensorflow },
  }
}

async function loadOnednn(): Promise<Loaded> {
  const { describe } = await import('@leanvox/tfjs-backend-onednn')
  const { available, reason, onednn, bfloat16, threads } = describe()
  if (!available) throw new Error(reason)
  const half = bfloat16 === 'none' ? 'no bfloat16' : `bfloat16 by ${bfloat16}`
  return { tfjsName: 'onednn', reason: `oneDNN ${onednn} on ${threads} threads, ${half}`, versions: { onednn } }
}

async function loadWasm(): Promise<Loaded> {
  const start = await startWasm()
  pool ??= startKernelPool(start, { threads: Math.min(availableParallelism(), maximumThreads) })
  registerOwnKernels({ backend: start.backend, pool })
  return {
    tfjsName: 'wasm',
    reason: `own SIMD kernels on ${pool.threads} threads`,
    versions: { 'tfjs-backend-wasm': start.version },
  }
}

// tfjs-node 4.22 calls two functions that Node 23 removed or deprecates, and TensorFlow narrates its start on stderr.
function prepareForNative(): void {
  const target = util as unknown as Record<string, unknown>
  target['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined
  target['isArray'] = Array.isArray
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
}

function oneLine(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const missing = /Cannot find (?:package|module) '([^']+)'/.exec(String(message))
  if ((code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && missing?.[1].startsWith('@tensorflow/'))
    return 'not installed'
  return String(message ?? error)
    .trim()
    .split('\n')[0]
}
