import { expect, test } from 'vitest'
import * as training from './index.ts'

test('the door is what it is', () => {
  expect(Object.keys(training).sort()).toMatchInlineSnapshot(`
    [
      "CheckpointError",
      "TrainingError",
      "adam",
      "adamW",
      "applyAugmentation",
      "augmentationMargin",
      "augmentationSettings",
      "checkCases",
      "clipByGlobalNorm",
      "constantSchedule",
      "cosineSchedule",
      "crossEntropyLoss",
      "decodeSafetensors",
      "diceCrossEntropyLoss",
      "drawAugmentation",
      "encodeSafetensors",
      "evaluateCases",
      "extractPatch",
      "focalLoss",
      "foregroundLabels",
      "loadCheckpoint",
      "loadWeights",
      "lossByName",
      "optimizerByName",
      "patchSampler",
      "polySchedule",
      "predictionMultiplyAdds",
      "saveCheckpoint",
      "saveWeights",
      "scheduleByName",
      "scoreCase",
      "sgd",
      "slidingWindowPredict",
      "softDiceLoss",
      "tileGrid",
      "train",
      "tverskyLoss",
    ]
  `)
})
