/**
 * Whether the native CPU backend is there, or can be built on this machine before the first training starts.
 *
 * A build takes about a minute and saves several in every quickstart. It needs the system's oneDNN and a C++ compiler;
 * nothing is installed here, and without them WebAssembly does the work.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What was found of that which a build needs. */
export interface NativeParts {
  /** The compiled addon. */
  readonly addon: boolean
  /** oneDNN's C++ header. */
  readonly headers: boolean
  /** A C++ compiler, make and Python, which node-gyp calls. */
  readonly tools: boolean
}

/** 'ready' as it is, 'build' when it is missing and can be made, 'none' when it cannot. */
export function nativeStep({ addon, headers, tools }: NativeParts): 'ready' | 'build' | 'none' {
  if (addon) return 'ready'
  return headers && tools ? 'build' : 'none'
}

const folder = join(import.meta.dirname, '..', 'packages', 'tfjs-backend-onednn')

/** Looks for the parts on this machine. */
export function findNativeParts(): NativeParts {
  return {
    addon: existsSync(join(folder, 'build', 'Release', 'onednn.node')),
    headers: ['/usr/include', '/usr/local/include'].some((path) => existsSync(join(path, 'dnnl.hpp'))),
    tools: ['g++', 'make', 'python3'].every(onPath),
  }
}

/** Builds the addon when it is missing and can be built; a failed build is told and leaves WebAssembly to do the work. */
export function ensureNative(log: (line: string) => void): void {
  if (nativeStep(findNativeParts()) !== 'build') return
  log('building the native backend, once, about a minute (oneDNN and a compiler are here) ...')
  const build = [join(folder, 'build-native.mjs'), '--silent']
  const { status, stderr } = spawnSync(process.execPath, build, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (status === 0) return log('building the native backend: done')
  const reason = stderr.trim().split('\n').slice(-3).join('\n')
  log(`building the native backend failed (exit ${status}), going on without it:\n${reason}`)
}

function onPath(name: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.some((path) => path !== '' && existsSync(join(path, name)))
}
