/**
 * Ways to damage a case of a data set on disk, and what the app must say about each.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { readVolume, writeNifti } from '@leanvox/io-medical'
import type { Volume, VoxelData } from '@leanvox/volume'

/** The two files of a case. */
export interface CasePaths {
  readonly image: string
  readonly label: string
}

/** One kind of damage. */
export interface Damage {
  readonly title: string
  damage(paths: CasePaths): Promise<void> | void
  /** The message about it; `IMAGE` and `LABEL` stand for the paths. */
  readonly message: string
}

/** The files of case `index` in a data set that `writePhantomData` wrote. */
export function pathsOf(folder: string, index: number): CasePaths {
  const name = `phantom_a_${String(index).padStart(3, '0')}.nii.gz`
  return { image: join(folder, 'imagesTr', name), label: join(folder, 'labelsTr', name) }
}

// A phantom has 32 x 48 x 48 voxels: 352 bytes of header, then 294912 of float32 or 73728 of uint8.
export const DAMAGES: readonly Damage[] = [
  {
    title: 'a truncated gzip stream',
    damage: ({ image }) => writeFileSync(image, readFileSync(image).subarray(0, 20_000)),
    message: 'readNifti: expected 295264 bytes as the header claims in IMAGE, got a gzip stream that ends early',
  },
  {
    title: 'a header that claims more voxels than there are',
    damage: ({ image }) => claimWidth(image, 49),
    message: 'readNifti: expected 301408 bytes as the header claims in IMAGE, got 295264 bytes',
  },
  {
    title: 'a header that claims fewer voxels than there are',
    damage: ({ image }) => claimWidth(image, 47),
    message: 'readNifti: expected 289120 bytes as the header claims in IMAGE, got more',
  },
  {
    title: 'a missing label',
    damage: ({ label }) => rmSync(label),
    message: 'loadCase: expected a label in LABEL, got no such file',
  },
  {
    title: 'a label of another shape',
    damage: ({ label }) => rewrite(label, (volume) => ({ ...volume, shape: [48, 32, 48] })),
    message:
      "loadCase: expected the image's shape 32 x 48 x 48 (depth, height, width) in LABEL, got 48 x 32 x 48 (depth, height, width)",
  },
  {
    title: 'a label of another affine',
    damage: ({ label }) =>
      rewrite(label, (volume) => ({
        ...volume,
        affine: volume.affine.map((value, i) => (i === 3 ? value + 1 : value)),
      })),
    message: "loadCase: expected the image's affine within 0.2 mm at the corners in LABEL, got 1 mm",
  },
  {
    title: 'NaN and infinite voxels',
    damage: ({ image }) => setVoxels(image, [NaN, Infinity]),
    message: 'loadCase: expected finite voxels in IMAGE, got 2 of 73728 voxels NaN or infinite',
  },
  {
    title: 'a label value that dataset.json does not declare',
    damage: ({ label }) => setVoxels(label, [7, 7, 9]),
    message: 'loadCase: expected the label values 0, 1 in LABEL, got 7 (2 voxels), 9 (1 voxel)',
  },
  {
    title: 'an empty label',
    damage: ({ label }) => rewrite(label, (volume) => ({ ...volume, data: new Uint8Array(volume.data.length) })),
    message: 'loadCase: expected at least one voxel of a label in LABEL, got background only',
  },
]

/** The message with the paths in it. */
export function messageOf({ message }: Damage, { image, label }: CasePaths): string {
  return message.replace('IMAGE', image).replace('LABEL', label)
}

/** Writes another width into a NIfTI-1 header (`dim[1]`, an int16 at byte 42). */
function claimWidth(path: string, width: number): void {
  const bytes = gunzipSync(readFileSync(path))
  bytes.writeInt16LE(width, 42)
  writeFileSync(path, gzipSync(bytes))
}

async function rewrite(path: string, change: (volume: Volume) => Volume): Promise<void> {
  await writeNifti(path, change(await readVolume(path)))
}

async function setVoxels(path: string, values: readonly number[]): Promise<void> {
  await rewrite(path, (volume) => {
    const data = volume.data.slice() as VoxelData
    data.set(values)
    return { ...volume, data }
  })
}
