/**
 * The safetensors format: 8 bytes with the header's length (unsigned, little endian), a JSON header, then the tensors'
 * bytes (little endian, C order) without gaps. The header maps a name to `{ dtype, shape, data_offsets }`, offsets
 * counted from the end of the header, and `__metadata__` to a map of texts.
 *
 * Written as the reference library (huggingface/safetensors) writes it: header padded with spaces to a multiple of 8,
 * wider types first and then by name, so that every tensor is aligned; the same tensors give the same bytes as there. Reading checks everything before a single number is used.
 *
 * @module
 */
import { CheckpointError } from '../errors.ts'
import { dtypeOf, layoutRank, viewOf, type SafetensorDtype, type TensorData } from './dtypes.ts'

/** A tensor as plain numbers: C order, `data.length` is the product of `shape`. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, StoredTensor>>
  readonly metadata: Readonly<Record<string, string>>
}

interface HeaderEntry {
  dtype: SafetensorDtype
  shape: readonly number[]
  data_offsets: [begin: number, end: number]
}

const METADATA = '__metadata__'

/**
 * The bytes of a safetensors file.
 *
 * @throws RangeError when a tensor's data and shape disagree or a tensor is called `__metadata__`
 */
export function encodeSafetensors({ tensors, metadata = {} }: Partial<Safetensors>): Uint8Array<ArrayBuffer> {
  const entries = inFileOrder(tensors ?? {})
  const headerEntries: [string, unknown][] = []
  if (Object.keys(metadata).length > 0) headerEntries.push([METADATA, metadata])
  let end = 0
  for (const { name, tensor, dtype } of entries) {
    const begin = end
    end += tensor.data.byteLength
    headerEntries.push([name, { dtype, shape: tensor.shape, data_offsets: [begin, end] } satisfies HeaderEntry])
  }
  const header = paddedHeader(Object.fromEntries(headerEntries))
  const bytes = new Uint8Array(8 + header.length + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true)
  bytes.set(header, 8)
  let offset = 8 + header.length
  for (const { tensor } of entries) {
    bytes.set(new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength), offset)
    offset += tensor.data.byteLength
  }
  return bytes
}

/**
 * The content of a safetensors file; the arrays are copies, so `bytes` may be reused.
 *
 * @param options.name what to call the file in errors
 * @throws CheckpointError `malformed` for anything that breaks the format, `unsupported` for a type without typed array
 */
export function decodeSafetensors(bytes: Uint8Array, { name = 'bytes' } = {}): Safetensors {
  const fail = (expected: string, found: string): never => {
    throw new CheckpointError(`decodeSafetensors: expected ${expected} in ${name}, got ${found}`, {
      code: 'malformed',
      path: name,
    })
  }
  const { header, dataStart } = readHeader(bytes, fail)
  const { [METADATA]: metadata = {}, ...entries } = header
  const spans: [begin: number, end: number][] = []
  const tensors = Object.entries(entries).map(([key, value]): [string, StoredTensor] => {
    const entry = checkEntry(value, { key, available: bytes.length - dataStart, fail })
    spans.push(entry.data_offsets)
    const [begin, end] = entry.data_offsets
    // A copy of its own buffer also when bytes is a Buffer, whose slice() is a view.
    const data = viewOf(entry.dtype, new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end)).buffer)
    if (data) return [key, { shape: entry.shape, data }]
    throw new CheckpointError(`decodeSafetensors: expected a type with a typed array for ${key}, got ${entry.dtype}`, {
      code: 'unsupported',
      path: name,
    })
  })
  checkCover(spans, { length: bytes.length - dataStart, fail })
  return { tensors: Object.fromEntries(tensors), metadata: checkMetadata(metadata, fail) }
}

type Fail = (expected: string, found: string) => never

function inFileOrder(tensors: Safetensors['tensors']) {
  const entries = Object.entries(tensors).map(([name, tensor]) => {
    const values = tensor.shape.reduce((product, size) => product * size, 1)
    if (name === METADATA) throw new RangeError(`encodeSafetensors: expected a tensor name, got ${METADATA}`)
    if (values !== tensor.data.length) {
      throw new RangeError(
        `encodeSafetensors: expected ${values} values for shape [${tensor.shape}] of ${name}, got ${tensor.data.length}`,
      )
    }
    return { name, tensor, dtype: dtypeOf(tensor.data) }
  })
  return entries.sort((a, b) => layoutRank(a.dtype) - layoutRank(b.dtype) || (a.name < b.name ? -1 : 1))
}

function paddedHeader(header: object): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header))
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20)
  padded.set(text)
  return padded
}

function readHeader(bytes: Uint8Array, fail: Fail): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) fail('at least 8 bytes', `${bytes.length}`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > BigInt(bytes.length - 8)) fail(`a header of at most ${bytes.length - 8} bytes`, `${length}`)
  const dataStart = 8 + Number(length)
  const text = new TextDecoder().decode(bytes.subarray(8, dataStart))
  let header: unknown
  try {
    header = JSON.parse(text)
  } catch {
    fail('a JSON header', JSON.stringify(text.slice(0, 40)))
  }
  if (!isRecord(header)) return fail('a JSON object as header', JSON.stringify(text.slice(0, 40)))
  return { header, dataStart }
}

function checkEntry(
  value: unknown,
  { key, available, fail }: { key: string; available: number; fail: Fail },
): HeaderEntry {
  const entry = value as Partial<HeaderEntry> | null
  const shape = entry?.shape
  const offsets = entry?.data_offsets
  if (typeof entry?.dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    return fail(`dtype, shape and data_offsets for ${key}`, JSON.stringify(value))
  }
  const [begin, end] = offsets
  if (begin > end || end > available) {
    fail(`offsets of ${key} within ${available} bytes`, `${begin} to ${end}`)
  }
  const bits = Number(/\d+/.exec(entry.dtype)?.[0] ?? 8)
  const expected = (shape.reduce((product, size) => product * size, 1) * bits) / 8
  if (expected !== end - begin) fail(`${expected} bytes for ${entry.dtype} [${shape}] of ${key}`, `${end - begin}`)
  return { dtype: entry.dtype, shape, data_offsets: [begin, end] }
}

/** Tensors must tile the data exactly: no gaps, no overlaps, nothing after the last. */
function checkCover(spans: [number, number][], { length, fail }: { length: number; fail: Fail }): void {
  let covered = 0
  for (const [begin, end] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== covered) fail(`the next tensor at byte ${covered}`, `${begin}`)
    covered = end
  }
  if (covered !== length) fail(`${covered} bytes of data`, `${length}`)
}

function checkMetadata(metadata: unknown, fail: Fail): Record<string, string> {
  const ok = isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string')
  return ok ? (metadata as Record<string, string>) : fail('a map of texts as __metadata__', JSON.stringify(metadata))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}
