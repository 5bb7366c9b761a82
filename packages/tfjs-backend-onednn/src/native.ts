/**
 * Finds and loads the addon: one built here (`npm run build:native`), else the prebuilt package of this platform. The
 * environment variable LEANVOX_ONEDNN_ADDON names another file, such as a build with a sanitizer, to load instead.
 *
 * Loading never throws. Where no addon is found, `whyUnavailable` says what is missing and how to get it, so that a
 * program can go on with another backend.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** What every build of the addon has; kernel files add the functions they call with {@link native}. */
export interface Addon {
  /** Uninitialised memory, aligned to 64 bytes. */
  allocate(bytes: number): ArrayBuffer
  /** Frees the memory of `allocate` at once; the buffer and its views become empty. */
  release(buffer: ArrayBuffer): void
  threads(): number
  setThreads(threads: number): void
  describe(): AddonDescription
  /** Frees what primitives keep between calls. */
  releaseScratch(): void
}

/** What the addon found: oneDNN's version and how the chip computes bfloat16. */
export interface AddonDescription {
  readonly version: string
  readonly bfloat16: 'amx' | 'avx512' | 'none'
}

interface Found {
  readonly addon: Addon | undefined
  readonly reason: string
}

let found: Found | undefined

/** The addon, with the functions of one kernel file in its type. */
export function native<Functions extends object>(): Addon & Functions {
  const { addon, reason } = load()
  if (addon === undefined) throw new Error(`onednn: expected the addon to load, got ${reason}`)
  return addon as Addon & Functions
}

/** True when the addon loads, which is when the backend 'onednn' is registered. */
export function isAvailable(): boolean {
  return load().addon !== undefined
}

/** Empty when the addon loads; else one text: what is missing and how to get it. */
export function whyUnavailable(): string {
  return load().reason
}

function load(): Found {
  found ??= search()
  return found
}

function search(): Found {
  const platform = `${process.platform}-${process.arch}`
  const local = fileURLToPath(new URL('../build/Release/onednn.node', import.meta.url))
  const prebuilt = `@leanvox/tfjs-backend-onednn-${platform}`
  const failures: string[] = []
  const require = createRequire(import.meta.url)
  const chosen = process.env['LEANVOX_ONEDNN_ADDON']
  for (const path of chosen === undefined ? [local, prebuilt] : [chosen]) {
    try {
      return { addon: require(path) as Addon, reason: '' }
    } catch (error) {
      if (path !== local || existsSync(path)) failures.push(oneLine(error))
    }
  }
  return { addon: undefined, reason: `no oneDNN addon for ${platform} (${failures.join('; ')}). ${remedy()}` }
}

function oneLine(error: unknown): string {
  return String((error as Error).message ?? error).split('\n')[0]
}

function remedy(): string {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const library =
    process.platform === 'darwin'
      ? 'brew install onednn libomp'
      : 'apt install libdnnl-dev g++ or dnf install onednn-devel gcc-c++'
  return `To get it: ${library}, then npm run build:native in ${root}`
}
