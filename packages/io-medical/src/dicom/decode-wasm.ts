/**
 * JPEG-LS, JPEG 2000 and HTJ2K through CharLS, OpenJPEG and OpenJPH as WebAssembly, loaded when first needed.
 *
 * The size a stream claims is compared with the header before a decoder sees it, because the decoders allocate by it.
 * A module that has thrown is dropped, since its memory may be in any state.
 *
 * @module
 */
import type { FrameFormat, Samples } from './frame-format.ts'
import { readJpegHead } from './jpeg-markers.ts'
import { readCodestreamSize } from './jpeg-2000-size.ts'
import { refuse } from './refuse.ts'

type Kind = 'jpeg-ls' | 'jpeg-2000' | 'htj2k'
type DecoderClass = new () => WasmDecoder

/** A new object for every module: embind registers the module's functions on it. */
const silent = (): WasmSettings => ({ print: () => undefined, printErr: () => undefined })

const loaders: Readonly<Record<Kind, () => Promise<DecoderClass>>> = {
  'jpeg-ls': async () =>
    (await (await import('@cornerstonejs/codec-charls/decodewasmjs')).default(silent())).JpegLSDecoder,
  'jpeg-2000': async () =>
    (await (await import('@cornerstonejs/codec-openjpeg/decodewasmjs')).default(silent())).J2KDecoder,
  htj2k: async () => (await (await import('@cornerstonejs/codec-openjph')).default(silent())).HTJ2KDecoder,
}

const loaded = new Map<Kind, Promise<DecoderClass>>()

/** Samples of one frame. @throws MedicalImageError (bad-dicom, truncated, unsupported) */
export async function decodeWasm(bytes: Uint8Array, kind: Kind, format: FrameFormat): Promise<Samples> {
  const signed = kind === 'jpeg-ls' ? checkedJpegLs(bytes, format) : readCodestreamSize(bytes, format).signed
  const work = loaded.get(kind) ?? loaders[kind]()
  loaded.set(kind, work)
  const Decoder = await work
  try {
    const { data, info } = decodeOnce(new Decoder(), bytes)
    const width = info.bitsPerSample <= 8 ? 1 : 2
    checkOutput({ data, info, width }, format)
    const isRgb = kind !== 'jpeg-ls' && format.photometric !== 'YBR_FULL'
    return { data, width, planar: false, isRgb, ...(signed === format.signed ? {} : { precision: info.bitsPerSample }) }
  } catch (cause) {
    loaded.delete(kind)
    if (cause instanceof Error && cause.name === 'MedicalImageError') throw cause
    const found = cause instanceof Error ? cause.message : 'a stream the decoder refuses'
    return refuse(format.name, { code: 'bad-dicom', expected: `a whole ${kind} frame`, found }, cause)
  }
}

function decodeOnce(decoder: WasmDecoder, bytes: Uint8Array): { data: Uint8Array; info: WasmFrameInfo } {
  decoder.getEncodedBuffer(bytes.length).set(bytes)
  decoder.decode()
  const info = decoder.getFrameInfo()
  const data = new Uint8Array(decoder.getDecodedBuffer()) // a copy: the next frame overwrites the module's memory
  decoder.delete()
  return { data, info }
}

function checkedJpegLs(bytes: Uint8Array, format: FrameFormat): boolean {
  const { process } = readJpegHead(bytes, format)
  if (process !== 0xf7) refuse(format.name, { code: 'bad-dicom', expected: 'a JPEG-LS stream', found: 'another JPEG' })
  return false // JPEG-LS knows no sign
}

function checkOutput(
  { data, info, width }: { data: Uint8Array; info: WasmFrameInfo; width: number },
  format: FrameFormat,
): void {
  const { columns, rows, samples, name } = format
  const same = info.width === columns && info.height === rows && info.componentCount === samples
  if (same && data.length >= format.pixels * samples * width) return
  const found = `${data.length} bytes, ${info.width} x ${info.height} of ${info.componentCount}`
  refuse(name, { code: 'bad-dicom', expected: `${columns} x ${rows} pixels of ${samples} as in the header`, found })
}
