/**
 * What the io benchmark reads: CT-like volumes, made once and kept in the temporary folder.
 *
 * Air is constant; the body is an ellipse of smooth tissue with noise of about 12 HU, so that gzip packs it about as it packs
 * a scan (two to three times).
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createVolume, type Shape3, type Volume } from '../../packages/volume/src/index.ts'
import { encodeNifti, writeNifti } from '../../packages/io-medical/src/index.ts'
import { writeFileAtomic } from '../../packages/files/src/index.ts'
import { gzipSync } from 'node:zlib'

/** One thing to read. */
export interface IoCase {
  /** Told to both readers. */
  readonly kind: string
  readonly name: string
  /** Makes the image where it is not there yet; its path. */
  readonly make: (folder: string, shape: Shape3) => Promise<string>
}

/** Every case; the DICOM ones are in a file of their own. */
export async function ioCases(): Promise<IoCase[]> {
  const { dicomCases } = await import('./dicom-cases.ts')
  return [
    {
      kind: 'nifti',
      name: 'NIfTI, int16 .nii.gz',
      make: (folder, shape) =>
        once(join(folder, `ct-${shape.join('x')}.nii.gz`), (path) => writeNifti(path, ctVolume(shape))),
    },
    {
      kind: 'nifti-fdata',
      name: 'NIfTI, int16 .nii.gz; nibabel as its users call it (float64)',
      make: (folder, shape) =>
        once(join(folder, `ct-${shape.join('x')}.nii.gz`), (path) => writeNifti(path, ctVolume(shape))),
    },
    {
      kind: 'nifti-scaled',
      name: 'NIfTI, int16 .nii.gz with slope and intercept, to float32',
      make: (folder, shape) =>
        once(join(folder, `scaled-${shape.join('x')}.nii.gz`), (path) => writeScaled(path, shape)),
    },
    ...dicomCases,
  ]
}

async function writeScaled(path: string, shape: Shape3): Promise<void> {
  const bytes = encodeNifti(ctVolume(shape))
  const view = new DataView(bytes.buffer)
  view.setFloat32(112, 0.5, true) // scl_slope
  view.setFloat32(116, -1024, true) // scl_inter
  await writeFileAtomic(path, gzipSync(bytes))
}

/** Runs `make` unless the file is there. */
export async function once(path: string, make: (path: string) => Promise<void>): Promise<string> {
  if (!existsSync(path)) await make(path)
  return path
}

/** A CT-like volume; the same for one shape everywhere. */
export function ctVolume(shape: Shape3): Volume<Int16Array> {
  const [depth, height, width] = shape
  const data = new Int16Array(depth * height * width)
  let state = 0x9e3779b9
  let i = 0
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const v = (2 * y) / height - 1
      for (let x = 0; x < width; x++, i++) {
        const u = (2 * x) / width - 1
        if (u * u + 1.6 * v * v > 0.7) {
          data[i] = -1024
          continue
        }
        state ^= state << 13
        state ^= state >>> 17
        state ^= state << 5
        // The sum of four bytes is nearly normal.
        const noise = (state & 255) + ((state >>> 8) & 255) + ((state >>> 16) & 255) + (state >>> 24) - 510
        data[i] = 40 + 60 * Math.sin(6 * u + z / 40) * Math.cos(5 * v) + noise * 0.08
      }
    }
  }
  return createVolume({ data, shape, spacing: [1, 0.8, 0.8] })
}
