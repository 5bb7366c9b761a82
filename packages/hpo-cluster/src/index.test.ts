import { expect, test } from 'vitest'
import * as door from './index.ts'
import * as testing from './testing.ts'

test('the front door holds these names', () => {
  expect(Object.keys(door).toSorted()).toMatchInlineSnapshot(`
    [
      "StudyTakenError",
      "clusterStatus",
      "folderArtifacts",
      "openCluster",
      "openDatabase",
      "postgresStorage",
      "runWorker",
      "s3Artifacts",
      "serveStudy",
    ]
  `)
})

test('the door for tests holds these names', () => {
  expect(Object.keys(testing).toSorted()).toMatchInlineSnapshot(`
    [
      "canCutNetwork",
      "findPostgres",
      "runChaos",
      "startPostgres",
    ]
  `)
})
