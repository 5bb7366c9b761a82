import { expect, test } from 'vitest'
import * as api from './index.ts'

test('exports these names and no others', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "MedicalImageError",
      "WBC_LABELS",
      "cachedCase",
      "checkSplit",
      "decodeImage2d",
      "decodeNifti",
      "encodeNifti",
      "inspectDataset",
      "isMedicalImageError",
      "loadCase",
      "prepareCases",
      "prepareImages",
      "preprocessCase",
      "readDataset",
      "readImage2d",
      "readImageFolder",
      "readNifti",
      "readTable",
      "readVolume",
      "resizeImage",
      "resizeLabels",
      "skinDataset",
      "splitCases",
      "wbcDataset",
      "writeDataset",
      "writeNifti",
    ]
  `)
})
