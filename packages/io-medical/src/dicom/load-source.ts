/**
 * One DICOM source, parsed and checked, ready to hand its frames over; and the pixels of its frames into volumes.
 *
 * @module
 */
import type { VoxelData } from '@leanvox/volume'
import { parseSource, readInto, readRange, type ByteSource } from './byte-source.ts'
import { checkPhotometric, readPalette, type Palette } from './colour.ts'
import type { Dataset } from './dataset.ts'
import {
  checkClaim,
  decodeCompressed,
  formatOf,
  frameBits,
  isNative,
  nativeSamples,
  swapWords,
  unpackBits,
} from './decode-frame.ts'
import { readFrames, readHeader, type DicomHeader, type FrameFacts } from './dicom-header.ts'
import type { Samples } from './frame-format.ts'
import { framesOf } from './fragments.ts'
import { placeSamples, typedSamples, type Placing } from './place-frame.ts'
import { refuse } from './refuse.ts'
import { TAG } from './tags.ts'
import { DEFLATED, EXPLICIT_BIG, transferSyntax } from './transfer-syntax.ts'
import { storedArray } from './volume-type.ts'

/** A parsed source: plain facts only, its bytes are read again for the pixels unless they are in memory anyway. */
export interface LoadedSource {
  readonly source: ByteSource
  readonly header: DicomHeader
  readonly frames: readonly FrameFacts[]
  readonly palette: Palette | null
  /** Of the pixel data in the source's bytes; `end` -1 for encapsulated. */
  readonly pixels: { readonly start: number; readonly end: number; readonly vr: string }
  readonly extendedOffsets: Uint8Array
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Facts of a source, and its data set, whose bytes are let go with it. @throws MedicalImageError */
export async function loadSource(given: ByteSource): Promise<LoadedSource & { dataset: Dataset }> {
  const { parsed, size: ownSize } = await parseSource(given)
  const { dataset, transferSyntax: uid, pixels, bytes } = parsed
  const header = readHeader(parsed)
  const { codec } = transferSyntax(uid, given.name)
  checkPhotometric(header, given.name)
  if (codec === 'native' && pixels && pixels.end < 0) {
    refuse(given.name, { code: 'bad-dicom', expected: `plain pixels in transfer syntax ${uid}`, found: 'fragments' })
  }
  const { start, end, vr } = pixels ?? { start: 0, end: 0, vr: '' }
  const size = uid === DEFLATED ? bytes.length : ownSize
  checkClaim(header, (end < 0 || codec !== 'native' ? size : Math.min(end, size)) - start, given.name)
  return {
    source: given,
    header,
    frames: readFrames(dataset, header),
    palette: header.photometric === 'PALETTE COLOR' ? readPalette(dataset) : null,
    pixels: { start, end: codec === 'native' ? end : -1, vr },
    extendedOffsets: Uint8Array.from(dataset.bytes(TAG.ExtendedOffsetTable)),
    dataset,
  }
}

/** Where one frame goes: an array per component, of rows x columns voxels. */
export interface FrameTarget {
  readonly frame: number
  readonly planes: readonly VoxelData[]
}

/** Decodes frames of one source into their places. @throws MedicalImageError */
export async function fillFrames(loaded: LoadedSource, targets: readonly FrameTarget[]): Promise<void> {
  if (isNative(loaded.header)) {
    const whole = { ...loaded, source: await inflated(loaded) }
    for (const target of targets) await fillNative(whole, target)
    return
  }
  const { source, header, pixels, extendedOffsets } = loaded
  const bytes = await readRange(source, { start: pixels.start, end: -1 })
  const streams = framesOf({ bytes, frames: header.frames, extendedOffsets, name: source.name })
  const { codec } = transferSyntax(header.transferSyntax, source.name)
  for (const target of targets) {
    const format = { ...formatOf(header, source.name), into: roomIn(target, loaded) }
    const samples = await decodeCompressed(streams[target.frame], codec, format)
    const bits = samples.precision ?? header.bitsStored
    const placing = { ...placingOf(loaded, target.frame), lowBit: 0, bits }
    place(samples, { placing, planes: target.planes }, loaded)
  }
  if (!source.bytes) letGo(bytes)
}

/** Frees memory at once: a series would pile up the bytes of its files until they are collected. */
function letGo({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}

/** The bytes of the only plane, when samples are as wide as its voxels: then a frame needs no memory of its own. */
function roomIn({ planes }: FrameTarget, { palette, header }: LoadedSource): Uint8Array | undefined {
  const [plane] = planes
  if (planes.length > 1 || palette || plane.BYTES_PER_ELEMENT * 8 !== header.bitsAllocated) return undefined
  return new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength)
}

/** A deflated file is inflated again: keeping it would hold its pixels twice. */
async function inflated({ source, header }: LoadedSource): Promise<ByteSource> {
  if (header.transferSyntax !== DEFLATED) return source
  const { parsed } = await parseSource(source)
  return { name: source.name, bytes: parsed.bytes }
}

function placingOf({ header, frames }: LoadedSource, frame: number): Placing {
  const { slope, intercept } = header.samples === 1 ? frames[frame] : { slope: 1, intercept: 0 }
  const { signed, float, bitsStored, highBit } = header
  return { signed, float, bits: bitsStored, lowBit: highBit - bitsStored + 1, slope, intercept }
}

async function fillNative(loaded: LoadedSource, target: FrameTarget): Promise<void> {
  const { source, header, pixels } = loaded
  const bits = frameBits(header)
  const firstBit = bits * target.frame
  const start = pixels.start + Math.floor(firstBit / 8)
  const littleEndian = header.transferSyntax !== EXPLICIT_BIG
  if (header.bitsAllocated === 1) {
    const packed = await readRange(source, { start, end: pixels.start + Math.ceil((firstBit + bits) / 8) })
    unpackBits(packed, firstBit % 8, target.planes[0])
    return
  }
  const placing = placingOf(loaded, target.frame)
  const [plane] = target.planes
  const stored = storedArray(header)
  if (
    target.planes.length === 1 &&
    !loaded.palette &&
    plane.BYTES_PER_ELEMENT === stored.BYTES_PER_ELEMENT &&
    HOST_IS_LITTLE_ENDIAN
  ) {
    await readInto(source, start, new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength))
    const bytes = new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength)
    if (!littleEndian) swapWords(bytes, wordWidth(header, pixels.vr))
    placeSamples({ source: new stored(plane.buffer, plane.byteOffset, plane.length), target: plane }, placing)
    return
  }
  const wordBytes = pixels.vr === 'OW' && !littleEndian && header.bitsAllocated === 8
  const bytes = new Uint8Array(wordBytes ? Math.ceil(bits / 16) * 2 : bits / 8) // whole words: bytes are swapped pairwise
  await readInto(source, start, bytes)
  place(nativeSamples(bytes, { littleEndian, wordBytes }, header), { placing, planes: target.planes }, loaded)
}

function wordWidth({ bitsAllocated }: DicomHeader, vr: string): number {
  return bitsAllocated === 8 && vr === 'OW' ? 2 : bitsAllocated >>> 3
}

/** One frame's samples, component by component. */
function place(
  samples: Samples,
  { placing, planes }: { readonly placing: Placing; readonly planes: FrameTarget['planes'] },
  { palette, header }: LoadedSource,
): void {
  const typed = typedSamples(samples, placing)
  const pixels = header.rows * header.columns
  if (palette) {
    const indices = new (storedArray(header))(pixels)
    placeSamples({ source: typed, target: indices }, placing)
    planes.forEach((plane, channel) => placeColour(indices, plane, { palette, channel }))
    return
  }
  planes.forEach((plane, component) => {
    const stride = samples.planar ? { first: component * pixels, step: 1 } : { first: component, step: header.samples }
    placeSamples({ source: typed, target: plane }, placing, stride)
  })
}

function placeColour(
  indices: VoxelData,
  plane: VoxelData,
  { palette, channel }: { palette: Palette; channel: number },
): void {
  const { first, colours } = palette
  const table = colours[channel]
  for (let i = 0; i < plane.length; i++) plane[i] = table[Math.min(Math.max(indices[i] - first, 0), table.length - 1)]
}
