/**
 * The one interface of every data-set reader: a folder on disk as cases with image files, mask files and metadata.
 *
 * Nothing here opens an image. A case may have several images (channels, or series on grids of their own) and several
 * masks (readers, structures, versions); `group` is the patient or lesion that must not be on two sides of a split.
 *
 * @module
 */
import type { MaskRule } from '../images/image-dataset.ts'

/** Layouts that `readDataFolder` knows, the particular ones before the general ones. */
export type LayoutName =
  | 'msd'
  | 'nnunet'
  | 'camus'
  | 'oasis'
  | 'prostatex'
  | 'wbc'
  | 'skin'
  | 'pandental'
  | 'image-folder'
  | 'volume-folder'
  | 'files'

/** An image of a case. */
export interface DataFile {
  /** What it shows: a channel, series or kind of mask, such as `T2` or `label`. The same in every case. */
  readonly name: string
  /** Absolute path of the file, or of the folder that holds a DICOM series. */
  readonly path: string
  /** The files of a DICOM series, when `path` is its folder. */
  readonly files?: readonly string[]
}

/** A mask of a case. */
export interface MaskFile extends DataFile {
  /** What the pixel values of a picture stand for; null when voxel values are labels as they are. */
  readonly rule: MaskRule | null
  /** Label values by name, background included; null when the data set does not say. */
  readonly labels: Readonly<Record<string, number>> | null
}

/** One patient, study, picture or view. */
export interface DataCase {
  /** Unique within the data set. */
  readonly id: string
  readonly images: readonly DataFile[]
  readonly masks: readonly MaskFile[]
  /** By column; null where nothing is known. */
  readonly metadata: Readonly<Record<string, string | null>>
  /** Patient, subject or lesion; null when the data set does not tell. */
  readonly group: string | null
  /** Part of the data set, in its own words (`training`, `test`, ...); null when it has none. */
  readonly split: string | null
}

/** A data set. */
export interface DataFolder {
  readonly layout: LayoutName
  readonly name: string
  /** Absolute. */
  readonly folder: string
  readonly cases: readonly DataCase[]
  /** Whether the images of a case are channels on one grid; false for series with grids of their own. */
  readonly oneGrid: boolean
  /** What a user should know, one sentence each, counted. */
  readonly warnings: readonly string[]
}

/** A layout: how it looks on disk, how it is told, and how it is read. */
export interface DataLayout {
  readonly name: LayoutName
  readonly title: string
  /** The expected tree, for documentation and error messages. */
  readonly tree: string
  recognises(tree: DataTree): boolean | Promise<boolean>
  read(tree: DataTree): Promise<DataFolder>
}

/** Every file below a folder; hidden files and links are left out. */
export interface DataTree {
  /** Absolute. */
  readonly folder: string
  /** Paths relative to `folder`, with `/`, sorted. */
  readonly files: readonly string[]
}
