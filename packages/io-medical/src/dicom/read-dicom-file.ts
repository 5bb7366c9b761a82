/**
 * One DICOM image file: classic or enhanced, one frame or many.
 *
 * @module
 */
import type { Volume } from '@leanvox/volume'
import { isMedicalImageError } from '../errors.ts'
import { buildVolumes, type SourceSlice } from './build-volumes.ts'
import type { ByteSource } from './byte-source.ts'
import type { DicomHeader } from './dicom-header.ts'
import { loadSource, type LoadedSource } from './load-source.ts'
import { refuse } from './refuse.ts'
import { splitStacks } from './split-stacks.ts'
import { stackSlices, type Irregularity, type Stack } from './stack-slices.ts'

/** The content of a DICOM image file. */
export interface DicomImage {
  /** One volume, or three of one geometry for red, green and blue. Frames are the depth, ordered by position. */
  readonly volumes: readonly Volume[]
  /** 1 grey, 3 colours. */
  readonly components: number
  readonly header: DicomHeader
  /** Whether the affine is the patient's; otherwise it holds spacings only. */
  readonly placed: boolean
  readonly warnings: readonly string[]
}

/** What may be let through. */
export interface DicomOptions {
  /** Irregularities to let through with a warning. */
  readonly allow?: readonly Irregularity[]
}

/**
 * The image in the bytes of a DICOM file. Memory: at most 16 times the bytes, plus the voxels.
 *
 * @param options.name how messages call the file
 * @throws MedicalImageError naming the file, what was expected and what was found
 */
export function decodeDicom(
  bytes: Uint8Array,
  { name = 'the DICOM file', ...options }: DicomOptions & { name?: string } = {},
): Promise<DicomImage> {
  return readImage({ name, bytes }, options)
}

/**
 * The image of a DICOM file. Uncompressed pixels are read straight into the volume.
 *
 * @throws MedicalImageError as decodeDicom, and not-found, unreadable
 *
 * @example
 * const { volumes, header } = await readDicomFile('study/IM000001')
 */
export function readDicomFile(path: string, options: DicomOptions = {}): Promise<DicomImage> {
  return readImage({ name: path }, options)
}

async function readImage(source: ByteSource, { allow = [] }: DicomOptions): Promise<DicomImage> {
  const { dataset: _, ...loaded } = await loadSource(source)
  const stacks = splitStacks(slicesOf(loaded))
  if (stacks.length > 1) {
    const found = `${stacks.length}: ${stacks.map(({ what, slices }) => `${slices.length} with ${what}`).join(', ')}`
    refuse(source.name, { code: 'several-series', expected: 'one stack of frames', found })
  }
  const { slices, affine, placed, warnings } = stackOf(stacks[0].slices, {
    allow,
    series: source.name,
    header: loaded.header,
  })
  const volumes = await buildVolumes(slices, affine)
  return {
    volumes,
    components: volumes.length,
    header: loaded.header,
    placed,
    warnings: [...warnings, ...notesOn(loaded.header)],
  }
}

/** As stackSlices; frames of several segments that share a place are no image, and whoever meets them is told where to turn. */
function stackOf(
  slices: readonly SourceSlice[],
  { header, ...options }: Parameters<typeof stackSlices>[1] & { readonly header: DicomHeader },
): Stack<SourceSlice> {
  try {
    return stackSlices(slices, options)
  } catch (error) {
    if (header.modality !== 'SEG' || !isMedicalImageError(error, 'bad-geometry')) throw error
    const expected = `${error.expected} (segments that share slices are read by readDicomSeg)`
    return refuse(options.series, { code: 'bad-geometry', expected, found: error.found }, error)
  }
}

/** The frames of a source as slices. */
export function slicesOf(from: LoadedSource): SourceSlice[] {
  const { header, frames, source } = from
  const named = (frame: number) => (header.frames === 1 ? source.name : `${source.name} frame ${frame + 1}`)
  return frames.map((facts, frame) => ({
    file: named(frame),
    sopInstance: `${header.sopInstance}#${frame}`,
    facts,
    from,
    frame,
  }))
}

/** What a user should know although nothing is wrong. */
export function notesOn({ photometric, lossy }: DicomHeader): string[] {
  const notes =
    photometric === 'MONOCHROME1' ? ['MONOCHROME1: low values are meant to be shown bright; values are kept'] : []
  return lossy ? [...notes, 'the pixels were compressed with loss'] : notes
}
