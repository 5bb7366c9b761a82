import { expect, test } from 'vitest'
import * as api from './index.ts'

test('exports these names and no others', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "MedicalImageError",
      "cachedCase",
      "decodeNifti",
      "encodeNifti",
      "inspectDataset",
      "isMedicalImageError",
      "loadCase",
      "prepareCases",
      "preprocessCase",
      "readDataset",
      "readNifti",
      "readVolume",
      "writeDataset",
      "writeNifti",
    ]
  `)
})
