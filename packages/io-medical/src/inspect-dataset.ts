/**
 * Every case of a data set checked before anything is trained.
 *
 * Cases are read one after the other, so memory holds one case; a case is reported with its first fault only.
 *
 * @module
 */
import type { CaseChecks } from './case.ts'
import type { Dataset, DatasetCase } from './dataset.ts'
import { MedicalImageError } from './errors.ts'
import { loadCase } from './load-case.ts'

/** What inspecting found. */
export interface DatasetInspection {
  readonly good: readonly DatasetCase[]
  /** One per bad case, in case order; `caseId` tells which. */
  readonly bad: readonly MedicalImageError[]
  /** Label values that occur in the good cases, ascending. */
  readonly labelValues: readonly number[]
}

/** How a data set is inspected. */
export interface InspectOptions extends CaseChecks {
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly id: string }) => void
  readonly signal?: AbortSignal
}

/**
 * Good and bad cases of a data set.
 *
 * Only faults of files make a case bad; anything else (a bug, no memory) is thrown on.
 *
 * @example
 * const { good, bad } = await inspectDataset(dataset)
 * for (const error of bad) log(`${error.caseId}: ${error.message}`)
 */
export async function inspectDataset(dataset: Dataset, options: InspectOptions = {}): Promise<DatasetInspection> {
  const good: DatasetCase[] = []
  const bad: MedicalImageError[] = []
  const values = new Set<number>()
  for (const [index, item] of dataset.cases.entries()) {
    options.signal?.throwIfAborted()
    try {
      const { labelValues } = await loadCase(item, dataset, options)
      labelValues.forEach((value) => values.add(value))
      good.push(item)
    } catch (error) {
      if (!(error instanceof MedicalImageError)) throw error
      bad.push(error)
    }
    options.onProgress?.({ done: index + 1, total: dataset.cases.length, id: item.id })
  }
  return { good, bad, labelValues: [...values].sort((a, b) => a - b) }
}
