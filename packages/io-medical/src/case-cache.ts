/**
 * Prepared cases on disk, one file each, that are whole or not used.
 *
 * Layout: `LEANVOX-CASE-1\n`, the length of the JSON header (uint32), the header, the image (float32), the label (uint8),
 * and the SHA-256 of everything before it. Numbers are little-endian. An entry counts only when its length, checksum and
 * key are right; anything else is rebuilt. Entries are written under a temporary name and renamed, so two processes may
 * build the same one at once: both write the same bytes and the last rename stays.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { writeFileAtomic } from '@leanvox/files'
import type { PreparedCase } from './preprocess-case.ts'

const MAGIC = Buffer.from('LEANVOX-CASE-1\n')
const HASH_BYTES = 32

type Facts = Omit<PreparedCase, 'image' | 'label'>

/**
 * The entry of a file, or undefined when there is none, it is damaged, or it was made under another key.
 *
 * @param key what the entry must have been made from
 */
export async function readEntry(path: string, key: string): Promise<PreparedCase | undefined> {
  const bytes = await readFile(path).catch(() => undefined)
  if (!bytes || !isWhole(bytes)) return undefined
  const start = MAGIC.length + 4
  const headerEnd = start + bytes.readUInt32LE(MAGIC.length)
  const { key: found, ...facts } = JSON.parse(bytes.toString('utf8', start, headerEnd)) as Facts & { key: string }
  if (found !== key) return undefined
  const voxels = facts.shape[0] * facts.shape[1] * facts.shape[2]
  const imageEnd = headerEnd + 4 * facts.channels * voxels
  // Copies: views would keep the file's bytes alive, and float32 needs alignment.
  const image = new Float32Array(Uint8Array.from(bytes.subarray(headerEnd, imageEnd)).buffer)
  return { ...facts, image, label: Uint8Array.from(bytes.subarray(imageEnd, imageEnd + voxels)) }
}

/** Writes an entry, whole or not at all; throws FileError of `@leanvox/files` when the disk refuses. */
export async function writeEntry(path: string, key: string, prepared: PreparedCase): Promise<void> {
  const { image, label, ...facts } = prepared
  const header = Buffer.from(JSON.stringify({ ...facts, key }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const pixels = Buffer.from(image.buffer, image.byteOffset, image.byteLength)
  const content = Buffer.concat([MAGIC, length, header, pixels, label])
  await writeFileAtomic(path, Buffer.concat([content, digest(content)]))
}

function isWhole(bytes: Buffer): boolean {
  const end = bytes.length - HASH_BYTES
  if (end < MAGIC.length + 4 || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return false
  return digest(bytes.subarray(0, end)).equals(bytes.subarray(end))
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
