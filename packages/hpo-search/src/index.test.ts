import { expect, test } from 'vitest'
import * as door from './index.ts'
import * as node from './node.ts'
import * as testing from './testing.ts'

test('the front door holds these names', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "checkDistribution",
      "checkSpace",
      "constraintsOf",
      "contour",
      "createStudy",
      "describeStudy",
      "empiricalDistribution",
      "inMemoryStorage",
      "inProcessExecutor",
      "intermediateCurves",
      "isFeasible",
      "isFinished",
      "loadStudy",
      "medianPruner",
      "noPruner",
      "nsga2Sampler",
      "operationFromText",
      "operationToText",
      "optimizationHistory",
      "parallelCoordinates",
      "parameterAxes",
      "parameterImportances",
      "paretoFront",
      "paretoPoints",
      "randomSampler",
      "reinforcementSampler",
      "runStudy",
      "slices",
      "studyNames",
      "successiveHalvingPruner",
      "timeline",
      "tpeSampler",
    ]
  `)
})

test('the node and testing doors hold these names', () => {
  expect(Object.keys(node).sort()).toMatchInlineSnapshot(`
    [
      "commandExecutor",
      "coreShare",
      "journalStorage",
      "processExecutor",
    ]
  `)
  expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
    [
      "executorContract",
      "prunerContract",
      "samplerContract",
      "storageContract",
    ]
  `)
})
