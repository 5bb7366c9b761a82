import { expect, test } from 'vitest'
import * as door from './index.ts'
import * as node from './node.ts'
import * as testing from './testing.ts'

test('the front door holds these names', () => {
  expect(Object.keys(door).sort()).toMatchInlineSnapshot(`
    [
      "checkDistribution",
      "checkSpace",
      "cmaEsSampler",
      "constraintsOf",
      "contour",
      "createStudy",
      "describeStudy",
      "empiricalDistribution",
      "gpSampler",
      "gridSampler",
      "hyperbandPruner",
      "hypervolume",
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
      "parsePythonJson",
      "patientPruner",
      "percentilePruner",
      "qmcSampler",
      "randomSampler",
      "reinforcementSampler",
      "runStudy",
      "slices",
      "stringifyPythonJson",
      "studyNames",
      "successiveHalvingPruner",
      "thresholdPruner",
      "timeline",
      "tpeSampler",
      "trialCancelled",
      "wilcoxonPruner",
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
