/**
 * What a data set is: cases with their files, and the meaning of channels and label values.
 *
 * @module
 */
import { basename } from 'node:path'

/** Files of one patient or study. */
export interface DatasetCase {
  /** Unique within the data set; the file name without suffix and extension. */
  readonly id: string
  /** Paths of the image files, one per channel; one 4D file may hold all channels. */
  readonly images: readonly string[]
  /** Path of the label map; absent when the data set names none. */
  readonly label?: string
  /** The list of dataset.json that named the case first. */
  readonly split: 'training' | 'validation'
}

/** A data set as its dataset.json describes it; no image has been opened yet. */
export interface Dataset {
  readonly folder: string
  readonly name: string
  /** In channel order. */
  readonly channelNames: readonly string[]
  /** Value of each label by name, background included; empty when dataset.json declares none. */
  readonly labels: Readonly<Record<string, number>>
  /** Training cases, then validation cases. */
  readonly cases: readonly DatasetCase[]
  /** Cases without a label to predict on. */
  readonly testCases: readonly DatasetCase[]
  /** What a user should know, one sentence each: duplicates (counted), guesses, contradictions. */
  readonly warnings: readonly string[]
}

/** What a layout reader finds in dataset.json and its folder. */
export interface Listing {
  readonly cases: readonly DatasetCase[]
  readonly testCases: readonly DatasetCase[]
  readonly warnings: readonly string[]
}

/** A case as reading it needs it: any object with an id and files will do. */
export type CaseFileNames = Omit<DatasetCase, 'split'>

const NIFTI_EXTENSION = /\.nii(\.gz)?$/i
const CHANNEL_SUFFIX = /_\d{4}$/

/** File name without folder and NIfTI extension: `imagesTr/liver_001.nii.gz` to `liver_001`. */
export function stemOf(path: string): string {
  return basename(path).replace(NIFTI_EXTENSION, '')
}

/** Case of a channel file: `liver_001_0000.nii.gz` to `liver_001`. */
export function caseOfChannel(path: string): string {
  return stemOf(path).replace(CHANNEL_SUFFIX, '')
}

/** Number in the file name of a channel: 3 to `0003`. */
export function channelSuffix(channel: number): string {
  return String(channel).padStart(4, '0')
}

/** `1 case`, `2 cases`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
