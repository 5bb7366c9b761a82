/**
 * The DICOM series that the io benchmark reads.
 *
 * @module
 */
import type { IoCase } from './cases.ts'

export const dicomCases: readonly IoCase[] = []
