/**
 * Lesion phantoms as a folder of pictures, masks and a metadata table, in the naming of the ISIC archive.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '@leanvox/files'
import { lesionPhantom, type LesionPhantom, type LesionShares } from '@leanvox/phantoms'
import { encodePng } from './encode-png.ts'

/** How many phantoms of which size, from which seed. */
export interface PhantomDataOptions {
  readonly seed: number
  readonly count: number
  /** Pixels of each side. */
  readonly side: number
  /** Shares of the planted hard groups and of missing entries; default those of the phantoms. */
  readonly shares?: Partial<LesionShares>
}

/**
 * Writes `images/`, `masks/` and `metadata.csv` below `folder` unless they are there; the table is written last, so that a
 * folder which has one is complete.
 *
 * @returns the folder
 */
export async function writePhantomData(
  folder: string,
  { seed, count, side, shares = {} }: PhantomDataOptions,
): Promise<string> {
  const table = join(folder, 'metadata.csv')
  if (existsSync(table)) return folder
  await mkdir(join(folder, 'images'), { recursive: true })
  await mkdir(join(folder, 'masks'), { recursive: true })
  const rows = ['image_id,age,sex,localization,dx,lesion_id']
  for (let index = 0; index < count; index++) {
    const phantom = lesionPhantom({ seed, case: index, shape: [1, side, side], shares })
    const id = `PHANTOM_${String(index).padStart(4, '0')}`
    await writeFileAtomic(
      join(folder, 'images', `${id}.png`),
      encodePng(rgbOf(phantom), { width: side, height: side, channels: 3 }),
    )
    const mask = Uint8Array.from(phantom.label, (value) => (value > 0 ? 255 : 0))
    await writeFileAtomic(
      join(folder, 'masks', `${id}_segmentation.png`),
      encodePng(mask, { width: side, height: side, channels: 1 }),
    )
    const { age, sex, site, diagnosis } = phantom.metadata
    rows.push([id, age ?? '', sex ?? '', site ?? '', diagnosis ?? '', `LESION_${index}`].join(','))
  }
  await writeFileAtomic(table, `${rows.join('\n')}\n`)
  return folder
}

/** Pixels [side, side, 3] of 0 to 255, from channel-first planes in [0, 1]. */
function rgbOf({ image }: LesionPhantom): Uint8Array {
  const size = image.length / 3
  return Uint8Array.from(image, (_, i) => Math.round(255 * image[(i % 3) * size + Math.floor(i / 3)]))
}
