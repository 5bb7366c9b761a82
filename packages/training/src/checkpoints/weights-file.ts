/**
 * Weights alone as a safetensors file that any other tool can open.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import type { NamedArrays } from '@leanvox/engine'
import { writeFileAtomic } from '@leanvox/files'
import { CheckpointError } from '../errors.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'

/** Writes weights under their own names, atomically. @throws FileError when the disk refuses */
export async function saveWeights(
  path: string,
  weights: NamedArrays,
  { metadata = {} }: { metadata?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  await writeFileAtomic(path, encodeSafetensors({ tensors: weights, metadata }))
}

/**
 * Reads weights and metadata.
 *
 * @throws CheckpointError `malformed` for a damaged file, `unsupported` for tensors that are not float32
 */
export async function loadWeights(
  path: string,
): Promise<{ weights: NamedArrays; metadata: Readonly<Record<string, string>> }> {
  const { tensors, metadata } = decodeSafetensors(await readFile(path), { name: path })
  const weights: NamedArrays = {}
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (data instanceof Float32Array) weights[name] = { shape: [...shape], data }
    else throw notFloat32(name, { found: data.constructor.name, path })
  }
  return { weights, metadata }
}

function notFloat32(name: string, { found, path }: { found: string; path: string }): CheckpointError {
  const message = `loadWeights: expected float32 for ${name} in ${path}, got ${found}`
  return new CheckpointError(message, { code: 'unsupported', path })
}
