/**
 * The door to data sets with a dataset.json. What is behind it is loaded when it is first used: programs that read images
 * only are spared the memory of the schema library.
 *
 * @module
 */
import type { Dataset } from './dataset.ts'

/** What the caller knows better than dataset.json. */
export interface ReadDatasetOptions {
  /** Label values by name, in place of those declared. */
  readonly labels?: Readonly<Record<string, number>>
}

/**
 * The data set of a folder with a dataset.json.
 *
 * Missing files do not fail here: their cases are listed and `inspectDataset` reports them. The same volume listed several
 * times becomes one case and one warning.
 *
 * @throws MedicalImageError (not-found, unreadable, bad-json, bad-dataset) naming dataset.json
 *
 * @example
 * const { cases, labels, warnings } = await readDataset('Task04_Hippocampus')
 */
export async function readDataset(folder: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  const { readDatasetJson } = await import('./dataset-json.ts')
  return readDatasetJson(folder, options)
}
